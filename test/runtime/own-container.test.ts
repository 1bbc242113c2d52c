/** The kernel's files as they stand in containers of different engines; shortened to the lines that could be mistaken. */
import assert from 'node:assert/strict';
import { ownContainerId } from '../../src/runtime/own-container.ts';

const OWN = 'c53eae5612ea71600044591ca61839558aad82f2985854481ae2c572d386a960';
const OTHER = 'b15a5bdedd2e7645c3be271364324321b908314e4c77857bbfd32a041148c07f';
const LAYER = 'af64ca21098b0841825b5175774e5827348cf7e00b8434ecc44ac4f4896815f4';
const UPPER = `/var/lib/docker/overlay2/${LAYER}`;

/** What every container of Docker has besides the three files. */
const MOUNTS = [
  `473 387 0:143 / / rw,relatime master:181 - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/HOY5TBZR,upperdir=${UPPER}/diff,workdir=${UPPER}/work`,
  '474 473 0:146 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw',
  '478 475 0:142 / /dev/shm rw,nosuid,nodev,noexec,relatime - tmpfs shm rw,size=65536k',
];

/** The three files that an engine keeps in this folder. */
function filesIn(folder: string, fileSystem = 'ext4 /dev/sda3'): readonly string[] {
  return ['resolv.conf', 'hostname', 'hosts'].map(
    (name, index) => `${480 + index} 473 8:3 ${folder}/${name} /etc/${name} rw,relatime - ${fileSystem} rw`,
  );
}

const PRIVATE = ['0::/'];

function cgroupsV1(path: string): readonly string[] {
  const controllers = ['pids', 'net_cls,net_prio', 'cpu,cpuacct', 'memory', 'name=systemd'];
  return [
    ...controllers.map((controller, index) => `${controllers.length - index}:${controller}:${path}`),
    `0::${path}`,
  ];
}

interface Files {
  readonly cgroups: readonly string[];
  readonly mounts: readonly string[];
}

async function idIn({ cgroups, mounts }: Files): Promise<string | undefined> {
  const files = new Map([
    ['/proc/self/cgroup', cgroups],
    ['/proc/self/mountinfo', mounts],
  ]);
  return ownContainerId(async (path) => {
    const lines = files.get(path);
    assert.ok(lines !== undefined, `asked for ${path}`);
    return `${lines.join('\n')}\n`;
  });
}

const DOCKER_FILES = filesIn(`/var/lib/docker/containers/${OWN}`);
const PODMAN_FILES = [
  ...filesIn(`/containers/overlay-containers/${OWN}/userdata`, 'tmpfs tmpfs'),
  `688 690 0:63 /containers/overlay-containers/${OWN}/userdata/.containerenv /run/.containerenv rw,nosuid - tmpfs tmpfs rw`,
];

const KNOWN: readonly (readonly [what: string, files: Files])[] = [
  ['Docker with cgroup v1', { cgroups: cgroupsV1(`/docker/${OWN}`), mounts: [...MOUNTS, ...DOCKER_FILES] }],
  ['Docker with cgroup v1 and systemd', { cgroups: cgroupsV1(`/system.slice/docker-${OWN}.scope`), mounts: [] }],
  [
    'Docker with cgroup v1, in the network of another container',
    { cgroups: cgroupsV1(`/docker/${OWN}`), mounts: [...MOUNTS, ...filesIn(`/var/lib/docker/containers/${OTHER}`)] },
  ],
  ['Docker with cgroup v2', { cgroups: PRIVATE, mounts: [...MOUNTS, ...DOCKER_FILES] }],
  ['Docker with the host’s cgroup v2', { cgroups: [`0::/system.slice/docker-${OWN}.scope`], mounts: [] }],
  [
    'Docker whose folder is a file system of its own',
    { cgroups: PRIVATE, mounts: [...MOUNTS, ...filesIn(`/containers/${OWN}`)] },
  ],
  ['Docker whose containers are a file system of their own', { cgroups: PRIVATE, mounts: filesIn(`/${OWN}`) }],
  ['Docker Desktop', { cgroups: PRIVATE, mounts: [...MOUNTS, ...filesIn(`/docker/containers/${OWN}`)] }],
  [
    'rootless Docker',
    {
      cgroups: PRIVATE,
      mounts: [...MOUNTS, ...filesIn(`/home/me/.local/share/docker/containers/${OWN}`)],
    },
  ],
  [
    'rootless Docker with the host’s cgroups',
    { cgroups: [`0::/user.slice/user-1000.slice/user@1000.service/user.slice/docker-${OWN}.scope`], mounts: [] },
  ],
  [
    'Docker in Docker',
    { cgroups: cgroupsV1(`/docker/${OTHER}/docker/${OWN}`), mounts: filesIn(`/docker/volumes/${OTHER}/_data/x`) },
  ],
  [
    'Docker in Docker with cgroup v2',
    { cgroups: PRIVATE, mounts: filesIn(`/var/lib/docker/volumes/${OTHER}/_data/containers/${OWN}`) },
  ],
  [
    'Docker below Kubernetes, with cgroup v1',
    {
      cgroups: cgroupsV1(`/kubepods.slice/kubepods-pod22949dce_fd8b_11ea_8ede_98f2b32c645c.slice/docker-${OWN}.scope`),
      mounts: [],
    },
  ],
  [
    'a collector that was given the folder of all containers to read',
    {
      cgroups: PRIVATE,
      mounts: [
        '479 473 8:3 /var/lib/docker/containers /var/lib/docker/containers ro,relatime - ext4 /dev/sda3 rw',
        `478 479 0:61 / /var/lib/docker/containers/${OTHER}/mounts/shm rw - tmpfs shm rw`,
        ...DOCKER_FILES,
      ],
    },
  ],
  [
    'a container whose hostname and hosts are its owner’s',
    {
      cgroups: PRIVATE,
      mounts: ['480 473 8:3 /home/me/hosts /etc/hosts rw - ext4 /dev/sda3 rw', ...DOCKER_FILES.slice(0, 1)],
    },
  ],
  ['Podman', { cgroups: [`0::/machine.slice/libpod-${OWN}.scope/container`], mounts: [] }],
  ['Podman with cgroup v1', { cgroups: cgroupsV1(`/libpod_parent/libpod-${OWN}`), mounts: [] }],
  ['Podman with cgroup v2', { cgroups: PRIVATE, mounts: PODMAN_FILES }],
  [
    'Podman as root',
    { cgroups: PRIVATE, mounts: filesIn(`/containers/storage/overlay-containers/${OWN}/userdata`, 'tmpfs tmpfs') },
  ],
  [
    'Podman in a pod, whose hosts are those of another container',
    {
      cgroups: PRIVATE,
      mounts: [
        ...filesIn(`/containers/overlay-containers/${OTHER}/userdata`, 'tmpfs tmpfs'),
        ...PODMAN_FILES.slice(-1),
      ],
    },
  ],
];

const NONE: readonly (readonly [what: string, files: Files])[] = [
  [
    'a host without containers',
    { cgroups: ['0::/user.slice/user-1000.slice/session-2.scope'], mounts: ['27 1 8:2 / / rw - ext4 /dev/sda2 rw'] },
  ],
  [
    'a host that runs containers',
    {
      cgroups: ['0::/system.slice/docker-events-otel.service'],
      mounts: [
        '27 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw',
        `610 27 0:50 / ${UPPER}/merged rw,relatime shared:55 - overlay overlay rw,upperdir=${UPPER}/diff`,
        `611 27 0:61 / /var/lib/docker/containers/${OTHER}/mounts/shm rw shared:5 - tmpfs shm rw`,
        `612 27 0:24 /containers/storage/overlay-containers/${OTHER}/userdata/shm /var/shm rw - tmpfs tmpfs rw`,
      ],
    },
  ],
  [
    'Kubernetes on containerd',
    {
      cgroups: PRIVATE,
      mounts: [
        `1903 1893 259:3 /var/lib/containerd/io.containerd.grpc.v1.cri/sandboxes/${OTHER}/hostname /etc/hostname rw - xfs /dev/nvme1n1p1 rw`,
        `1904 1893 259:3 /var/lib/containerd/io.containerd.grpc.v1.cri/sandboxes/${OTHER}/resolv.conf /etc/resolv.conf rw - xfs /dev/nvme1n1p1 rw`,
        '1902 1893 259:3 /var/lib/kubelet/pods/5d7c/etc-hosts /etc/hosts rw - xfs /dev/nvme1n1p1 rw',
      ],
    },
  ],
  [
    'Kubernetes on containerd with cgroup v1',
    { cgroups: cgroupsV1(`/kubepods/besteffort/pod74c13223-5a00-11e9-b385-42010a80018d/${OWN}`), mounts: [] },
  ],
  [
    'Kubernetes on containerd with systemd',
    { cgroups: [`0::/kubepods.slice/kubepods-pod74c1.slice/cri-containerd-${OWN}.scope`], mounts: [] },
  ],
  [
    'Kubernetes within a container of Docker (kind)',
    { cgroups: cgroupsV1(`/docker/${OTHER}/kubelet/kubepods/besteffort/pod74c1/${OWN}`), mounts: [] },
  ],
  [
    'Kubernetes on Docker with cgroup v2, where only the pod’s first container can be seen',
    {
      cgroups: PRIVATE,
      mounts: [
        ...DOCKER_FILES,
        '1902 1893 259:3 /var/lib/kubelet/pods/5d7c/containers/app/0b1f /dev/termination-log rw - xfs /dev/sda1 rw',
      ],
    },
  ],
  [
    'Kubernetes on CRI-O',
    {
      cgroups: PRIVATE,
      mounts: [
        ...PODMAN_FILES,
        '1902 1893 259:3 /var/lib/kubelet/pods/5d7c/etc-hosts /etc/hosts rw - xfs /dev/sda1 rw',
      ],
    },
  ],
  ['a file of a layer', { cgroups: PRIVATE, mounts: filesIn(`/var/lib/docker/overlay2/${LAYER}`) }],
  ['a volume', { cgroups: PRIVATE, mounts: filesIn(`/var/lib/docker/volumes/${LAYER}`) }],
  ['an id that is none', { cgroups: [`0::/docker/${OWN}0`], mounts: filesIn(`/containers/${OWN.slice(1)}`) }],
  ['cgroups of several containers', { cgroups: [`1:a:/docker/${OWN}`, `2:b:/docker/${OTHER}`], mounts: [] }],
  ['lines that are no lines', { cgroups: ['', ':', '0::'], mounts: ['', '1 2 3', '/etc/hostname'] }],
];

describe('the container that a process runs in', () => {
  for (const [what, files] of KNOWN) {
    it(`is known with ${what}`, async () => {
      assert.equal(await idIn(files), OWN);
    });
  }

  for (const [what, files] of NONE) {
    it(`is none with ${what}`, async () => {
      assert.equal(await idIn(files), undefined);
    });
  }

  it('is none where the system has no such files', async () => {
    assert.equal(await ownContainerId(() => Promise.reject(new Error('ENOENT'))), undefined);
  });

  it('is known where only one of the files can be read', async () => {
    const id = await ownContainerId(async (path) => {
      if (path === '/proc/self/cgroup') throw new Error('EACCES');
      return DOCKER_FILES.join('\n');
    });
    assert.equal(id, OWN);
  });
});
