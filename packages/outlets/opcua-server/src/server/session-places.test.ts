import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import { StatusCodes, type OPCUAServer } from 'node-opcua';
import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, test } from 'vitest';
import { Notices } from './notices.js';
import { SessionPlaces } from './session-places.js';

interface FakeSession {
  readonly authenticationToken: string;
  readonly clientLastContactTime: number;
  readonly status: string;
  readonly channel: { readonly aborted: boolean; readonly remoteAddress: string } | undefined;
  readonly clientDescription: { readonly applicationUri: string };
}

let sessions: FakeSession[];
let server: EventEmitter & { readonly engine: object };
let places: SessionPlaces;
let events: string[];

beforeEach(() => {
  sessions = [];
  events = [];
  const engine = {
    getSessions: () => sessions,
    closeSession: (token: string) => (sessions = sessions.filter((one) => one.authenticationToken !== token)),
  };
  server = Object.assign(new EventEmitter(), { engine });
  const append = ({ message }: { message: string }): void => void events.push(message);
  const notices = new Notices({ logger: collectingLogger(), clock: new FakeClock(), events: { append } });
  const limits = { maxSessions: 4, maxSessionsPerAddress: 3, maxSessionsPerApplication: 2 };
  places = new SessionPlaces(server as unknown as OPCUAServer, limits, notices);
});

function session(name: string, rest: Partial<FakeSession> & { address?: string; lost?: boolean } = {}): void {
  const { address = '10.0.0.1', lost = false, ...fields } = rest;
  const made: FakeSession = {
    authenticationToken: name,
    clientLastContactTime: 0,
    status: 'active',
    channel: { aborted: lost, remoteAddress: address },
    clientDescription: { applicationUri: `urn:${name}` },
    ...fields,
  };
  sessions.push(made);
  server.emit('create_session', made);
}

const names = (): string[] => sessions.map(({ authenticationToken }) => authenticationToken);
const admit = (address: string, applicationUri: string) => places.admit({ address, applicationUri });

describe('a place for one more session', () => {
  test('is there as long as there are fewer than allowed', () => {
    session('a');
    expect(admit('10.0.0.2', 'urn:b')).toBeUndefined();
    expect(names()).toEqual(['a']);
  });

  test('is made by the one without a connection that was heard of longest ago', () => {
    session('a', { address: '1' });
    session('lost', { address: '2', lost: true, clientLastContactTime: 50_000 });
    session('longer lost', { address: '3', channel: undefined, clientLastContactTime: 90_000 });
    session('b', { address: '4', clientLastContactTime: 100_000 });
    expect(admit('5', 'urn:c')).toBeUndefined();
    expect(names()).toEqual(['a', 'lost', 'b']);
    expect(places.counts).toEqual({ evicted: 1, refused: 0, withoutChannel: 1 });
    expect(events).toEqual([expect.stringContaining('session of urn:longer lost at')]);
  });

  test('is made by one that was never activated, when all have connections', () => {
    for (const name of ['a', 'b', 'c']) session(name, { address: name });
    session('new', { address: 'd', status: 'new' });
    expect(admit('e', 'urn:e')).toBeUndefined();
    expect(names()).toEqual(['a', 'b', 'c']);
  });

  test('is not there when all are in use, which people are told', () => {
    for (const name of ['a', 'b', 'c', 'd']) session(name, { address: name });
    expect(admit('e', 'urn:e')).toEqual(StatusCodes.BadTooManySessions);
    expect(events).toEqual([expect.stringContaining('no session for urn:e at e')]);
  });

  test('has to come from an address’s or an application’s own share, when that is used up', () => {
    session('a');
    session('b');
    session('lost', { lost: true });
    expect(admit('10.0.0.1', 'urn:d')).toBeUndefined();
    expect(names()).toEqual(['a', 'b']);
    session('c');
    expect(admit('10.0.0.1', 'urn:d')).toEqual(StatusCodes.BadTooManySessions);
    expect(admit('10.0.0.2', 'urn:d')).toBeUndefined();
    session('twin', { address: '10.0.0.3', clientDescription: { applicationUri: 'urn:a' } });
    expect(admit('10.0.0.4', 'urn:a')).toEqual(StatusCodes.BadTooManySessions);
  });
});
