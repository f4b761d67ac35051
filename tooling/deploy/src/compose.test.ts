import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const root = resolve(import.meta.dirname, '../../..');
const text = readFileSync(resolve(root, 'docker-compose.yml'), 'utf8');

/** The part of the Compose Specification that the file uses; anything else is a slip of the pen. */
const service = z.strictObject({
  profiles: z.array(z.string()).optional(),
  image: z.string(),
  build: z.strictObject({ context: z.string(), dockerfile: z.string() }).optional(),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()),
  init: z.boolean(),
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
  stop_grace_period: z
    .string()
    .regex(/^\d+s$/)
    .optional(),
  environment: z.record(z.string().regex(/^(FIELDWARDEN|GF)_/), z.string()).optional(),
  network_mode: z.string().optional(),
  depends_on: z.array(z.string()).optional(),
  ports: z.array(z.string().regex(/^(\$\{FIELDWARDEN_PUBLISH:-127\.0\.0\.1\}|127\.0\.0\.1):\d+:\d+$/)).optional(),
  volumes: z.array(z.string()).optional(),
  tmpfs: z.array(z.string()).optional(),
  healthcheck: z.strictObject({ test: z.array(z.string()), interval: z.string(), timeout: z.string() }).optional(),
  read_only: z.boolean(),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
});

const schema = z.strictObject({
  name: z.string(),
  services: z.strictObject({
    gateway: service,
    rig: service,
    mosquitto: service,
    prometheus: service,
    grafana: service,
  }),
  volumes: z.record(z.string(), z.null()),
});

const document = schema.parse(parse(text));
const { gateway, rig, mosquitto, prometheus, grafana } = document.services;

function complaintAbout(file: string): string | undefined {
  const compose = (...args: string[]) => spawnSync('docker', ['compose', ...args], { cwd: root, encoding: 'utf8' });
  if (compose('version').status !== 0) return schema.safeParse(parse(text)).error?.message;
  const { status, stderr } = compose('--file', file, 'config', '--quiet');
  return status === 0 ? undefined : stderr;
}

describe('the compose file', () => {
  it('is accepted by docker compose, or by the schema above where that is not installed', () => {
    expect(complaintAbout('docker-compose.yml')).toBeUndefined();
  });

  it('builds one image from the Dockerfile, for both services', () => {
    expect(existsSync(resolve(root, gateway.build!.context, gateway.build!.dockerfile))).toBe(true);
    expect(rig.image).toBe(gateway.image);
  });

  it("publishes the three ports, on this machine only unless told otherwise, and the rig's control port here only", () => {
    expect(gateway.ports).toEqual([
      '${FIELDWARDEN_PUBLISH:-127.0.0.1}:4840:4840',
      '${FIELDWARDEN_PUBLISH:-127.0.0.1}:4841:4841',
      '${FIELDWARDEN_PUBLISH:-127.0.0.1}:4842:4842',
      '127.0.0.1:5080:5080',
    ]);
    expect(gateway.environment).toEqual({ FIELDWARDEN_BIND: '0.0.0.0' });
  });

  it('lets the gateway publish to a broker of a named version, which this machine alone reaches', () => {
    expect(gateway.command.slice(-2)).toEqual(['--driver-option', 'mqtt.url=mqtt://mosquitto:1883']);
    expect(mosquitto.image).toMatch(/:\d+\.\d+\.\d+$/);
    expect(mosquitto.ports).toEqual(['127.0.0.1:1883:1883']);
  });

  it('keeps the home of the gateway in a volume', () => {
    expect(gateway.volumes).toEqual(['home:/var/lib/fieldwarden']);
    expect(Object.keys(document.volumes)).toEqual(['home', 'metrics', 'dashboards']);
  });

  it("gives the rig the gateway's loopback, which the plant names, without the gateway depending on it", () => {
    expect(rig.network_mode).toBe('service:gateway');
    expect(rig.depends_on).toEqual(['gateway']);
    expect(gateway.depends_on).toBeUndefined();
  });

  it('lets the gateway stop in good order', () => {
    expect(Number.parseInt(gateway.stop_grace_period!, 10)).toBeGreaterThan(20);
  });

  it.each([
    ['gateway', gateway],
    ['rig', rig],
    ['mosquitto', mosquitto],
    ['prometheus', prometheus],
    ['grafana', grafana],
  ])('takes every right from the %s that it does not need', (_name, { read_only, cap_drop, security_opt, init }) => {
    expect({ read_only, cap_drop, security_opt, init }).toEqual({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      init: true,
    });
  });

  it('watches the gateway only when asked to, from versions that are named, on this machine only', () => {
    for (const { profiles, image, ports } of [prometheus, grafana]) {
      expect(profiles).toEqual(['monitoring']);
      expect(image).toMatch(/:v?\d+\.\d+\.\d+$/);
      expect(ports).toEqual([expect.stringMatching(/^127\.0\.0\.1:/)]);
    }
    expect([gateway.profiles, rig.profiles]).toEqual([undefined, undefined]);
    expect(grafana.environment).toMatchObject({ GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION: 'true' });
  });

  it('mounts files that exist', () => {
    const mounts = [prometheus, grafana].flatMap(({ volumes = [] }) => volumes.map((volume) => volume.split(':')));
    for (const [source, , mode] of mounts.filter(([path]) => path.startsWith('./'))) {
      expect(existsSync(resolve(root, source)), source).toBe(true);
      expect(mode, source).toBe('ro');
    }
  });

  it("asks the rig's Modbus port whether the rig is well, in JavaScript that parses", () => {
    const [kind, command, flag, script] = rig.healthcheck!.test;
    expect([kind, command, flag]).toEqual(['CMD', 'node', '-e']);
    expect(script).toContain('5020');
    expect(() => execFileSync(process.execPath, ['--check', '-'], { input: script, stdio: 'pipe' })).not.toThrow();
  });
});
