export { COMMANDS, runProgram } from "./program.ts";
