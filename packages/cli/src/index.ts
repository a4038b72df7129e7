export { commandHelp } from "./help.ts";
export { COMMANDS, runProgram } from "./program.ts";
