/** Accounts that come with systems, images and services, and folders that stand where homes do. */
const NAMES: ReadonlySet<string> = new Set(
  (
    "root admin administrator system daemon nobody anonymous guest user users username public shared default " +
    "ubuntu debian centos fedora alpine ec2-user azureuser vagrant pi core node app application service runner " +
    "builder build ci jenkins gitlab-runner git docker container kubernetes postgres mysql redis mongodb nginx " +
    "apache www www-data http httpd tomcat hadoop hdfs yarn spark hive kafka zookeeper elasticsearch logstash " +
    "linuxbrew site wwwroot deploy test local localhost sa dba operator backup bin mail ftp sshd ntp client server"
  ).split(" "),
);

/** True for `root`, `www-data`, `ec2-user` and their like: names that no person goes by. */
export function isSystemAccount(name: string): boolean {
  return NAMES.has(name.toLowerCase());
}
