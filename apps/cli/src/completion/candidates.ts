import type {
  DriverList,
  GenerationList,
  ServiceList,
  TagPage,
  TokenList,
  UserList,
} from '@fieldwarden/admin-contract';
import type { AdminClient } from '../gateway/admin-client.js';
import type { GatewayLoader } from '../gateway/gateway-module.js';
import type { Candidate, WantedWord } from './wanted-word.js';

/** Who presses Tab waits no longer than that for a gateway. */
const answerMs = 1_000;

/** Tags that are looked at for one word. */
const lookedAt = 5_000;

/** Asks the shell to complete names of files itself. */
export const filesWord = ':files';

const files: readonly Candidate[] = [{ value: filesWord, description: '' }];

const sides: readonly Candidate[] = [
  { value: 'draft', description: 'what is being worked on' },
  { value: 'running', description: 'what runs' },
];

/** The words that can stand there and begin with `current`. Rejects if they have to be asked for and nobody answers. */
export async function candidates(
  wanted: WantedWord,
  current: string,
  client: AdminClient,
  loader: GatewayLoader,
): Promise<readonly Candidate[]> {
  const words = await allCandidates(wanted, current, client, loader);
  const fitting = words.filter(({ value }) => value === filesWord || value.startsWith(current));
  return wanted.kind === 'side' && fitting.length === 0 ? files : fitting;
}

async function allCandidates(
  wanted: WantedWord,
  current: string,
  client: AdminClient,
  loader: GatewayLoader,
): Promise<readonly Candidate[]> {
  switch (wanted.kind) {
    case 'words':
      return wanted.words;
    case 'driver':
      return await drivers(client, wanted.all);
    case 'tag':
      return await tagSteps(client, current);
    case 'service':
      return await services(client);
    case 'subject':
      return [...(await drivers(client, false)), ...(await services(client))];
    case 'driver-type':
      return (await loader.builtInCatalogue()).drivers
        .types()
        .map(({ type, tier }) => ({ value: type, description: `tier ${tier}` }));
    case 'generation':
      return await generations(client);
    case 'side':
      return [...sides, ...(await generations(client))];
    case 'token':
      return await tokens(client);
    case 'user':
      return await users(client);
    case 'file':
      return files;
    case 'nothing':
      return [];
  }
}

async function drivers(client: AdminClient, all: boolean): Promise<readonly Candidate[]> {
  const list = await client.call<DriverList>({
    path: '/drivers',
    schema: 'fieldwarden/drivers@1',
    timeoutMs: answerMs,
  });
  const named = list.drivers.map(({ id, type, state }) => ({ value: id, description: `${type}, ${state}` }));
  return all ? [...named, { value: 'all', description: 'every driver' }] : named;
}

async function services(client: AdminClient): Promise<readonly Candidate[]> {
  const schema = 'fieldwarden/services@1';
  const list = await client.call<ServiceList>({ path: '/services', schema, timeoutMs: answerMs });
  return list.services.map(({ id, type, state }) => ({ value: id, description: `service ${type}, ${state}` }));
}

async function generations(client: AdminClient): Promise<readonly Candidate[]> {
  const path = '/config/generations?limit=50';
  const list = await client.call<GenerationList>({ path, schema: 'fieldwarden/generations@1', timeoutMs: answerMs });
  return list.generations.map(({ generation, message }) => ({ value: String(generation), description: message }));
}

async function tokens(client: AdminClient): Promise<readonly Candidate[]> {
  const list = await client.call<TokenList>({ path: '/tokens', schema: 'fieldwarden/tokens@1', timeoutMs: answerMs });
  return list.tokens.map(({ name, createdAt }) => ({ value: name, description: createdAt }));
}

async function users(client: AdminClient): Promise<readonly Candidate[]> {
  const list = await client.call<UserList>({ path: '/users', schema: 'fieldwarden/users@1', timeoutMs: answerMs });
  return list.users.map(({ name, role }) => ({ value: name, description: role }));
}

/** Up to the next slash, as a shell completes directories. */
async function tagSteps(client: AdminClient, current: string): Promise<readonly Candidate[]> {
  const query = new URLSearchParams({ limit: String(lookedAt), ...(current !== '' && { prefix: current }) });
  const schema = 'fieldwarden/tags@1';
  const { tags } = await client.call<TagPage>({ path: `/tags?${query.toString()}`, schema, timeoutMs: answerMs });
  const steps = new Map<string, string>();
  for (const { path, dataType } of tags) {
    const slash = path.indexOf('/', current.length);
    steps.set(slash < 0 ? path : path.slice(0, slash + 1), slash < 0 ? dataType : '');
  }
  return [...steps].map(([value, description]) => ({ value, description }));
}
