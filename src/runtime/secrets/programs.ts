/**
 * Where programs take secrets that no name announces: `mysql -pX`, `redis-cli -a X`, `curl -u user:X`.
 *
 * Only for programs that are known: `-p` is a port, a path or a flag almost everywhere else.
 */
export interface Program {
  /** Options with the secret right behind them: `-pX`. */
  readonly attached?: readonly string[];
  /** Options whose next word is the secret. */
  readonly next?: readonly string[];
  /** Options whose next word is a login, with the secret behind this character; `-uX:Y` too. */
  readonly login?: readonly (readonly [option: string, between: string])[];
  /** Words behind which so many others are skipped, and so many masked. */
  readonly words?: readonly (readonly [word: string, skip: number, count: number])[];
}

function flagsThen(skip: number): (flags: string) => readonly [string, number, number] {
  return (flags) => [flags, skip, 1];
}

const MYSQL: Program = { attached: ['-p'] };
const MONGO: Program = { attached: ['-p'], next: ['-p'] };
const REDIS: Program = {
  next: ['-a'],
  words: [
    ['auth', 0, 2],
    ['requirepass', 0, 1],
    ['masterauth', 0, 1],
  ],
};
const CURL: Program = {
  login: [
    ['-u', ':'],
    ['--user', ':'],
    ['-U', ':'],
    ['--proxy-user', ':'],
  ],
  next: ['--oauth2-bearer', '-b', '--cookie'],
};
const LDAP: Program = { next: ['-w'], attached: ['-w'] };
const MOSQUITTO: Program = { next: ['-P'] };
const MSSQL: Program = { next: ['-P'], attached: ['-P'] };
const SNMP: Program = { next: ['-A', '-X', '-c'] };
const ZIP: Program = { next: ['-P'], attached: ['-P'] };
const SEVEN: Program = { attached: ['-p'] };
const LOGIN: Program = { next: ['-p', '--password'], attached: ['-p'] };
/** `-b` in a cluster of flags: a file (not with `-n`), a user, and the password. */
const HTPASSWD: Program = {
  words: [
    ...['-b', '-cb', '-bc', '-bB', '-Bb', '-cbB', '-cBb', '-bcB', '-bBc', '-Bbc', '-Bcb'].map(flagsThen(2)),
    ...['-nb', '-bn', '-nbB', '-nBb', '-bnB', '-bBn', '-Bbn', '-Bnb'].map(flagsThen(1)),
  ],
};
const SMB: Program = {
  login: [
    ['-U', '%'],
    ['--user', '%'],
  ],
};
const RABBIT: Program = {
  words: [
    ['add_user', 1, 1],
    ['change_password', 1, 1],
    ['authenticate_user', 1, 1],
  ],
};

export const PROGRAMS: ReadonlyMap<string, Program> = new Map<string, Program>([
  ...[
    'mysql',
    'mysqldump',
    'mysqladmin',
    'mysqlcheck',
    'mysqlshow',
    'mysqlimport',
    'mysqlslap',
    'mysqlpump',
    'mysqlsh',
    'mysqlbinlog',
    'mysql_upgrade',
    'mycli',
    'mydumper',
    'myloader',
    'xtrabackup',
    'mariabackup',
    'mariadb',
    'mariadb-admin',
    'mariadb-dump',
    'mariadb-check',
    'mariadb-show',
    'mariadb-import',
    'mariadb-backup',
    'mariadb-upgrade',
  ].map((name) => [name, MYSQL] as const),
  ...[
    'mongo',
    'mongosh',
    'mongodump',
    'mongorestore',
    'mongoexport',
    'mongoimport',
    'mongostat',
    'mongotop',
    'cqlsh',
  ].map((name) => [name, MONGO] as const),
  ...['redis-cli', 'valkey-cli', 'keydb-cli', 'dragonfly-cli'].map((name) => [name, REDIS] as const),
  ...['curl', 'http', 'https', 'xh', 'curlie', 'etcdctl'].map((name) => [name, CURL] as const),
  ...['ldapsearch', 'ldapadd', 'ldapmodify', 'ldapwhoami', 'ldapdelete', 'ldappasswd'].map(
    (name) => [name, LDAP] as const,
  ),
  ...['mosquitto_pub', 'mosquitto_sub', 'mosquitto_rr'].map((name) => [name, MOSQUITTO] as const),
  ...['sqlcmd', 'bcp', 'isql', 'osql', 'tsql'].map((name) => [name, MSSQL] as const),
  ...['snmpget', 'snmpwalk', 'snmpset', 'snmpbulkwalk'].map((name) => [name, SNMP] as const),
  ...['zip', 'unzip'].map((name) => [name, ZIP] as const),
  ...['7z', '7za', '7zr', 'rar', 'unrar'].map((name) => [name, SEVEN] as const),
  // docker login, helm registry login …
  ['login', LOGIN],
  ['sshpass', { attached: ['-p'], next: ['-p'] }],
  ['openssl', { next: ['-k', '-K', '-passin', '-passout', '-pass'], words: [['-passwd', 0, 1]] }],
  ['htpasswd', HTPASSWD],
  ['smbclient', SMB],
  ['rpcclient', SMB],
  ['lftp', { login: [['-u', ',']] }],
  ['ncftpget', { next: ['-p'] }],
  ['ncftpput', { next: ['-p'] }],
  ['rabbitmqctl', RABBIT],
  ['rabbitmqadmin', { next: ['-p'] }],
  ['ssh-keygen', { next: ['-N', '-P'] }],
  ['kinit', {}],
  ['cryptsetup', {}],
  [
    'vault',
    {
      words: [
        ['login', 0, 1],
        ['unseal', 0, 1],
      ],
    },
  ],
  [
    'mc',
    {
      words: [
        ['set', 2, 2],
        ['add', 2, 1],
      ],
    },
  ],
  ['influx', { next: ['-t'] }],
  ['clickhouse', {}],
  ['clickhouse-client', {}],
  ['ipmitool', { next: ['-P'] }],
  ['wpa_passphrase', { words: [['wpa_passphrase', 1, 1]] }],
  ['kcadm.sh', {}],
  ['asadmin', {}],
  ['ssh', {}],
  ['scp', {}],
  ['docker', {}],
  ['psql', {}],
]);

/** Programs whose words go to the next one through a pipe. */
export const SPEAKERS: ReadonlySet<string> = new Set(['echo', 'printf']);

/** Words of a command that reads a secret from its input. */
export const LISTENERS =
  /^(?:--?pass(?:word|wd|phrase)?-?(?:stdin|fd)|--?[a-z-]{0,32}-stdin|--stdin|chpasswd|passwd|sudo|kinit|cryptsetup|htpasswd|login|gpg|gpg2|openssl|smbpasswd|ldapwhoami|chage)$/;
