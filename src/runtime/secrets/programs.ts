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
  readonly words?: readonly (readonly [word: string | RegExp, skip: number, count: number])[];
  /** Stands between user and password in a word that is no option: `sqlplus user/X@db`. */
  readonly bare?: string;
}

const MYSQL: Program = { attached: ['-p'] };
const MONGO: Program = { attached: ['-p'], next: ['-p'] };
const REDIS: Program = {
  next: ['-a'],
  words: [
    ['auth', 0, 2],
    // A user's rules are among what is masked.
    ['setuser', 1, 9],
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
    ['-E', ':'],
    ['--cert', ':'],
  ],
  next: ['--oauth2-bearer', '-b', '--cookie'],
};
const HTTPIE: Program = { ...CURL, login: [['-a', ':'], ...(CURL.login ?? [])] };
const LDAP: Program = { next: ['-w'], attached: ['-w'] };
const MOSQUITTO: Program = { next: ['-P'], attached: ['-P'] };
const MSSQL: Program = { next: ['-P'], attached: ['-P'] };
const SNMP: Program = { next: ['-A', '-X', '-c'] };
const ZIP: Program = { next: ['-P'], attached: ['-P'] };
const SEVEN: Program = { attached: ['-p'] };
const LOGIN: Program = { next: ['-p', '--password'], attached: ['-p'] };
/** `-b` in a cluster of flags: a file (not with `-n`), a user, and the password; other flags have words of their own. */
const HTPASSWD: Program = { words: [[/^-[A-Za-z0-9]{0,8}b[A-Za-z0-9]{0,8}$/, 1, 9]] };
const ORACLE: Program = { bare: '/' };
const SMB: Program = {
  login: [
    ['-U', '%'],
    ['--user', '%'],
  ],
};
const VAULT: Program = {
  words: [
    ['login', 0, 1],
    ['unseal', 0, 1],
    // A path, and what is put there.
    ['put', 1, 9],
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
  ...[
    'pt-archiver',
    'pt-heartbeat',
    'pt-kill',
    'pt-online-schema-change',
    'pt-query-digest',
    'pt-show-grants',
    'pt-table-checksum',
    'pt-table-sync',
  ].map((name) => [name, MONGO] as const),
  ...['sqlplus', 'expdp', 'impdp', 'exp', 'imp', 'rman', 'sqlldr'].map((name) => [name, ORACLE] as const),
  ...['curl', 'curlie', 'etcdctl'].map((name) => [name, CURL] as const),
  ...['http', 'https', 'xh'].map((name) => [name, HTTPIE] as const),
  [
    'ab',
    {
      login: [
        ['-A', ':'],
        ['-P', ':'],
      ],
    },
  ],
  ...['ldapsearch', 'ldapadd', 'ldapmodify', 'ldapwhoami', 'ldapdelete'].map((name) => [name, LDAP] as const),
  ...['mosquitto_pub', 'mosquitto_sub', 'mosquitto_rr'].map((name) => [name, MOSQUITTO] as const),
  ...['sqlcmd', 'bcp', 'isql', 'osql', 'tsql'].map((name) => [name, MSSQL] as const),
  ...['snmpget', 'snmpwalk', 'snmpset', 'snmpbulkwalk'].map((name) => [name, SNMP] as const),
  ...['zip', 'unzip'].map((name) => [name, ZIP] as const),
  ...['7z', '7za', '7zr', 'rar', 'unrar'].map((name) => [name, SEVEN] as const),
  // docker login, helm registry login …
  ['login', LOGIN],
  ...[
    'add-user.sh',
    'couchbase-cli',
    'cbq',
    'cscli',
    'cypher-shell',
    'doveadm',
    'elasticsearch-users',
    'hash.sh',
    'register_new_matrix_user',
    'twine',
    'useradd',
    'usermod',
  ].map((name) => [name, LOGIN] as const),
  // A mail server's container: `setup email add me@example.com X`.
  [
    'setup',
    {
      words: [
        ['add', 1, 1],
        ['update', 1, 1],
      ],
    },
  ],
  [
    'ejabberdctl',
    {
      words: [
        ['register', 2, 1],
        ['change_password', 2, 1],
      ],
    },
  ],
  ['prosodyctl', { words: [['register', 2, 1]] }],
  ['pihole', { next: ['-p'], words: [['setpassword', 0, 1]] }],
  [
    'ngrok',
    {
      words: [
        ['authtoken', 0, 1],
        ['add-authtoken', 0, 1],
      ],
    },
  ],
  ['caddy', { next: ['-p', '--plaintext'] }],
  ['grafana-cli', { words: [['reset-admin-password', 0, 3]] }],
  ['grafana', { words: [['reset-admin-password', 0, 3]] }],
  ['neo4j-admin', { words: [['set-initial-password', 0, 1]] }],
  ['kubectl', { login: [['--from-literal', '=']] }],
  ['oc', { next: ['-p'], login: [['--from-literal', '=']] }],
  ['az', { next: ['-p', '--value'] }],
  ['mosquitto_passwd', { words: [['-b', 2, 1]] }],
  ['mkpasswd', { words: [['mkpasswd', 0, 3]] }],
  ['slappasswd', { next: ['-s'] }],
  ['ldappasswd', { ...LDAP, next: ['-w', '-s', '-a'] }],
  ['convertto-securestring', { words: [['convertto-securestring', 0, 1]] }],
  ['sshpass', { attached: ['-p'], next: ['-p'] }],
  ['openssl', { next: ['-k', '-K', '-passin', '-passout', '-pass'], words: [['passwd', 0, 4]] }],
  ['htpasswd', HTPASSWD],
  ['smbclient', SMB],
  ['rpcclient', SMB],
  [
    'net',
    {
      ...SMB,
      words: [
        ['user', 1, 1],
        [/^\/user:/i, 0, 1],
      ],
    },
  ],
  ['lftp', { login: [['-u', ',']] }],
  ['ncftpget', { next: ['-p'] }],
  ['ncftpput', { next: ['-p'] }],
  ['rabbitmqctl', RABBIT],
  ['rabbitmqadmin', { next: ['-p'] }],
  ['ssh-keygen', { next: ['-N', '-P'] }],
  ['kinit', {}],
  ['cryptsetup', {}],
  ['vault', VAULT],
  ['bao', VAULT],
  [
    'mc',
    {
      words: [
        ['set', 2, 2],
        ['add', 2, 2],
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
export const SPEAKERS: ReadonlySet<string> = new Set(['echo', 'printf', 'yes']);

/** Words of a command that reads a secret from its input. */
export const LISTENERS =
  /^(?:--?pass(?:word|wd|phrase)?-?(?:stdin|fd)|--?[a-z-]{0,32}-stdin|--stdin|chpasswd|passwd|sudo|kinit|cryptsetup|htpasswd|login|gpg|gpg2|openssl|smbpasswd|vncpasswd|[a-z]{1,32}-keystore|ldapwhoami|chage)$/;

/** The same, of which one word alone says nothing: `docker secret create`. */
export const LISTENING_PAIRS = /^(?:docker|podman) secret$/;
