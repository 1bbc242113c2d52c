/** Attributes of container and image events, and of those that name a container. */
import { own, semconv } from './definition.ts';

const ID = 'c53eae5612ea71600044591ca61839558aad82f2985854481ae2c572d386a960';
const DIGEST = 'sha256:3797c3a9bf965a9fb4ad6df8584e8b8649173eda8d97c10196888e1417d7e4e1';

export const CONTAINER = {
  'container.id': semconv(
    'string',
    'The container.',
    'container events; network connect, disconnect; volume mount, unmount',
    ID,
  ),
  'container.name': semconv('string', 'Its name, without a leading slash.', 'container events', 'shop-web-1'),
  'container.image.name': semconv(
    'string',
    'The repository of the image as the user gave it, without tag and digest.',
    'container and image events that give a reference',
    'busybox',
  ),
  'container.image.tags': semconv('string[]', 'The tag of that reference.', 'where the reference has a tag', ['1.36']),
  'oci.manifest.digest': semconv('string', 'The digest of that reference.', 'where the reference has a digest', DIGEST),
  'container.image.id': semconv(
    'string',
    "The image's id.",
    'image events but pull and push; container events whose image was given by id',
    DIGEST,
  ),
  'process.exit.code': semconv('int', 'The exit code, 0 to 255.', 'container die, exec_die', 3),
  'error.type': semconv(
    'string',
    'Why a run is a crash: `oom_killed`, the name of the signal for exit codes above 128, else `exit_code_<n>`. On a span: failed, oom_killed, exit_code (of an exec), rolled_back, rollback_paused or paused (of a rollout).',
    'container die that is a crash; spans that failed',
    'exit_code_3',
  ),
  'docker.container.exit.reason': own(
    'string',
    'How the run ended: completed, failed, stopped, killed, oom_killed or unknown.',
    'container die; of those worked out after a gap only where a cause is known',
    'failed',
  ),
  'docker.container.exit.intended': own(
    'boolean',
    'True when somebody asked for the end, or the container had simply finished.',
    'with docker.container.exit.reason',
    false,
  ),
  'docker.container.run_duration_seconds': own(
    'int',
    'How long the run took, in whole seconds.',
    'container die, from Engine 24.0',
    12,
  ),
  'docker.container.oom_killed': own(
    'boolean',
    'Whether the engine says that the kernel killed it for want of memory.',
    'container die of engines that say it (Podman), and those worked out after a gap',
    true,
  ),
  'docker.container.old_name': own(
    'string',
    'Its name before, without the leading slash.',
    'container rename',
    'shop-web',
  ),
  'docker.container.tty.height': own('int', 'Rows of the terminal.', 'container resize', 24),
  'docker.container.tty.width': own('int', 'Columns of the terminal.', 'container resize', 80),
  'docker.signal.number': own(
    'int',
    'The signal sent. On die: the last one sent on purpose before it.',
    'container kill; die after a kill',
    15,
  ),
  'docker.signal.name': own(
    'string',
    'Its name on Linux.',
    'with docker.signal.number, but for 32 and 33, which have none',
    'SIGTERM',
  ),
  'docker.exec.id': own('string', 'The exec.', 'container exec_*', ID),
  'docker.exec.command': own(
    'string',
    'Entrypoint and arguments joined by spaces; where one ends and the next begins is not known.',
    'container exec_create, exec_start; exec_detach and exec_die when exec_create was seen',
    '/bin/sh -c date',
  ),
  'docker.exec.type': own('string', 'What the exec is for.', 'container exec_* of engines that say it', 'healthcheck'),
  'docker.exec.probe': own(
    'boolean',
    "True when it is the container's health check, and nobody's doing.",
    'container exec_* of a health check that was recognised',
    true,
  ),
  'docker.health.status': own('string', 'What the health check found.', 'container health_status', 'unhealthy'),
  'docker.commit.comment': own('string', 'The comment of the commit.', 'container commit', 'before upgrade'),
  'docker.commit.image.id': own('string', 'The image that was made.', 'container commit', DIGEST),
  'docker.commit.image.reference': own('string', 'The name it was given; may be empty.', 'container commit', 'snap:1'),
} as const;
