/** What `ssh` complains about, in words for the person who has to do something about it. */
import type { EngineProblem } from '../model/engine.ts';
import { maskText } from '../runtime/mask.ts';
import type { SshFailure } from './ssh.ts';

type Advice = readonly [complaint: RegExp, what: string, advice: string];

const ADVICE: readonly Advice[] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    'its host key is not the one in known_hosts',
    'Find out why it changed: somebody may be in between. If the machine was set up anew, remove the old key with ssh-keygen -R HOST and connect once by hand.',
  ],
  [
    /Host key verification failed|No .* host key is known/,
    'its host key is not in known_hosts',
    'Connect once by hand with ssh to check and keep the key, or mount a known_hosts file; as the user that this process runs as.',
  ],
  [
    /Permission denied|Too many authentication failures/,
    'it took none of our keys',
    'ssh is run without asking, so the key must be without passphrase or in an agent (SSH_AUTH_SOCK), and the other side must know it.',
  ],
  [/Could not resolve hostname/, 'the host has no address', 'Check its spelling, the DNS, and ~/.ssh/config.'],
  [/Connection refused/, 'nobody listens there', 'Check the port, and that sshd is running on the other side.'],
  [
    /Connection timed out|Operation timed out|No route to host|Network is unreachable/,
    'there is no way to it from here',
    'Check the network and the firewalls in between.',
  ],
  [
    /command not found|not found: docker|docker: not found|No such file or directory/,
    'there is no docker command on the other side',
    'Install the docker command there and put it on the PATH of shells that are not interactive; "docker system dial-stdio" must run there.',
  ],
  [
    /permission denied.*docker|docker daemon|docker API/i,
    'the docker command there cannot reach its engine',
    'Log in there and run "docker version" as that user.',
  ],
];

export function sshProblem({ exitCode, stderr, spawnCode }: SshFailure, text: string): EngineProblem {
  if (spawnCode !== undefined) {
    return failed(
      `${text} is reached with the ssh command, which could not be run (${spawnCode}). Install the OpenSSH client, or name a tcp:// engine with TLS.`,
    );
  }
  const said = lastLine(stderr);
  const quoted = said === '' ? '' : ` ssh said: ${maskText(said, 300)}`;
  const known = ADVICE.find(([complaint]) => complaint.test(stderr));
  if (known !== undefined) return failed(`${text} cannot be reached: ${known[1]}. ${known[2]}${quoted}`);
  const how = exitCode === undefined ? 'was ended by a signal' : `ended with ${exitCode}`;
  return failed(`${text} cannot be reached: ssh ${how}. Try "docker system dial-stdio" there by hand.${quoted}`);
}

function lastLine(stderr: string): string {
  return stderr.trim().split(/\r?\n/).at(-1)?.trim() ?? '';
}

function failed(message: string): EngineProblem {
  return { code: 'ssh_failed', message };
}
