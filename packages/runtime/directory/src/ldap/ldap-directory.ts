import { GatewayError, type Clock } from '@fieldwarden/core';
import { EqualityFilter, OrFilter, PresenceFilter, ResultCodeError, type Entry } from 'ldapts';
import type { LdapSettings } from '../settings/ldap-settings.js';
import { maxGroups, walkGroups } from './group-walk.js';
import { LdapConnection, type LdapQuestions } from './ldap-connection.js';
import { LdapServers } from './ldap-servers.js';

/** Somebody of the directory. */
export interface DirectoryPerson {
  /** As the directory writes it. */
  readonly name: string;
  /** Distinguished names of all groups, those of groups too. */
  readonly groups: readonly string[];
}

/** `refused` says why for the log of the gateway; who asks is told no more than of an unknown name. */
export type PasswordCheck =
  | { readonly outcome: 'found'; readonly person: DirectoryPerson }
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'refused'; readonly reason: string };

/** Members in one question. */
const membersAtOnce = 50;

/** MS-ADTS 2.2.16, ADS_UF_ACCOUNTDISABLE: how Active Directory says that an account is off. */
const accountDisabled = 2;

export interface LdapDirectoryDependencies {
  readonly settings: LdapSettings;
  /** Content of `caFile`. */
  readonly ca: string | undefined;
  readonly clock: Clock;
}

/** A directory over LDAP (SPEC §13.1). One person at a time is looked up; nothing of it is listed. */
export class LdapDirectory {
  readonly #settings: LdapSettings;
  readonly #servers: LdapServers;

  constructor({ settings, ca, clock }: LdapDirectoryDependencies) {
    this.#settings = settings;
    const { startTls, timeoutMs } = settings;
    const servers = settings.urls.map((url) => ({ url, startTls, ca, timeoutMs }));
    this.#servers = new LdapServers({ servers, open: (server) => LdapConnection.open(server, clock), clock });
  }

  /** The server that answered last; undefined when none did. */
  get server(): string | undefined {
    return this.#servers.answered;
  }

  /** Rejects with kind `unreachable`, or `config` when the directory does not take what the settings say. */
  async checkPassword(user: string, password: string): Promise<PasswordCheck> {
    // RFC 4513, 5.1.2: a bind without password is no authentication, and Active Directory lets it succeed
    if (password === '') return { outcome: 'refused', reason: 'the password is empty' };
    if (!isName(user)) return { outcome: 'unknown' };
    return await this.#servers.ask(async (questions) => {
      await this.#bindAsGateway(questions);
      const entry = await this.#find(questions, user);
      if (!entry) {
        // takes as long as a wrong password: no entry is opened by the one of the base
        await refusalOf(questions, this.#settings.userBase, password);
        return { outcome: 'unknown' };
      }
      const reason = (await refusalOf(questions, entry.dn, password)) ?? refusalByEntry(entry);
      if (reason !== undefined) return { outcome: 'refused', reason };
      await this.#bindAsGateway(questions);
      return { outcome: 'found', person: await this.#personOf(questions, entry, user) };
    });
  }

  /** Undefined when the directory does not have this person, or has switched it off. Rejects like `checkPassword`. */
  async lookUp(user: string): Promise<DirectoryPerson | undefined> {
    if (!isName(user)) return undefined;
    return await this.#servers.ask(async (questions) => {
      await this.#bindAsGateway(questions);
      const entry = await this.#find(questions, user);
      return entry && refusalByEntry(entry) === undefined ? await this.#personOf(questions, entry, user) : undefined;
    });
  }

  /** Whether it answers, and has the place where people are. Rejects like `checkPassword`. */
  async probe(): Promise<void> {
    await this.#servers.ask(async (questions) => {
      await this.#bindAsGateway(questions);
      for (const base of new Set([this.#settings.userBase, this.#groupBase])) await this.#lookAt(questions, base);
    });
  }

  get #groupBase(): string {
    return this.#settings.groupBase ?? this.#settings.userBase;
  }

  async #lookAt(questions: LdapQuestions, base: string): Promise<void> {
    const filter = new PresenceFilter({ attribute: 'objectClass' });
    await told(
      `does not show ${base}`,
      questions.search(base, { scope: 'base', filter, attributes: ['1.1'], sizeLimit: 1 }),
    );
  }

  async #bindAsGateway(questions: LdapQuestions): Promise<void> {
    const { bindDn, bindPassword } = this.#settings;
    if (bindDn === null) await told('takes no anonymous questions', questions.bind('', ''));
    else await told(`does not take the gateway's own account ${bindDn}`, questions.bind(bindDn, bindPassword ?? ''));
  }

  /** Undefined where nobody has the name, or several have. The name goes as a value, never as the text of a filter. */
  async #find(questions: LdapQuestions, user: string): Promise<Entry | undefined> {
    const { userBase, userAttribute } = this.#settings;
    const query = {
      scope: 'sub' as const,
      filter: new EqualityFilter({ attribute: userAttribute, value: user }),
      attributes: [userAttribute, 'userAccountControl'],
      sizeLimit: 2,
    };
    const entries = await told(`does not look for people below ${userBase}`, questions.search(userBase, query));
    return entries.length === 1 && entries[0].dn !== '' && nameOf(entries[0], userAttribute, user) !== undefined
      ? entries[0]
      : undefined;
  }

  async #personOf(questions: LdapQuestions, entry: Entry, user: string): Promise<DirectoryPerson> {
    const { memberAttribute, userAttribute } = this.#settings;
    const name = nameOf(entry, userAttribute, user)!;
    if (memberAttribute.toLowerCase() === 'memberuid')
      return { name, groups: await this.#groupsWith(questions, [name]) };
    return { name, groups: await walkGroups(entry.dn, (members) => this.#groupsWith(questions, members)) };
  }

  async #groupsWith(questions: LdapQuestions, members: readonly string[]): Promise<readonly string[]> {
    const { memberAttribute: attribute } = this.#settings;
    const groups: string[] = [];
    for (let at = 0; at < members.length; at += membersAtOnce) {
      const filters = members.slice(at, at + membersAtOnce).map((value) => new EqualityFilter({ attribute, value }));
      const filter = filters.length === 1 ? filters[0] : new OrFilter({ filters });
      const query = { scope: 'sub' as const, filter, attributes: ['1.1'], sizeLimit: maxGroups };
      const found = await told(
        `does not look for groups below ${this.#groupBase}`,
        questions.search(this.#groupBase, query),
      );
      groups.push(...found.map(({ dn }) => dn));
    }
    return groups;
  }
}

/** What an entry can be asked for: nothing that a name would not be. */
function isName(user: string): boolean {
  return user.length > 0 && user.length <= 256 && user === user.trim() && !/\p{Cc}/u.test(user);
}

/**
 * As the directory writes it. Directories leave out blanks and accents when they compare; here only the case may differ, so that one name
 * is one person.
 */
function nameOf(entry: Entry, attribute: string, asked: string): string | undefined {
  const key = Object.keys(entry).find((name) => name.toLowerCase() === attribute.toLowerCase());
  const values = key === undefined ? [] : [entry[key]].flat();
  return values.map(String).find((value) => value.toLowerCase() === asked.toLowerCase());
}

function refusalByEntry(entry: Entry): string | undefined {
  const control = Number(entry.userAccountControl);
  return (control & accountDisabled) === 0 ? undefined : 'the directory has switched the account off';
}

/** Why the directory does not take this password; undefined when it does. */
async function refusalOf(questions: LdapQuestions, dn: string, password: string): Promise<string | undefined> {
  try {
    await questions.bind(dn, password);
    return undefined;
  } catch (error) {
    if (!(error instanceof ResultCodeError) || isBusy(error)) throw error;
    if (wantsTls(error)) return await told('takes no password', Promise.reject(error));
    return `the directory answered ${textOf(error)}`;
  }
}

/** RFC 4511, 4.1.9: busy, unavailable. Another server may have time. */
function isBusy({ code }: ResultCodeError): boolean {
  return code === 51 || code === 52;
}

/** RFC 4511, 4.1.9: strongerAuthRequired, confidentialityRequired. They say nothing about the password. */
function wantsTls({ code }: ResultCodeError): boolean {
  return code === 8 || code === 13;
}

async function told<Answer>(what: string, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (cause) {
    if (!(cause instanceof ResultCodeError) || isBusy(cause)) throw cause;
    const remedy = wantsTls(cause) ? '; it wants TLS: write ldaps:// or startTls: true' : '';
    const message = `the directory ${what}: ${textOf(cause)}${remedy}`;
    throw new GatewayError({ code: 'DIRECTORY_REFUSES', kind: 'config', message, cause });
  }
}

function textOf({ code, message }: ResultCodeError): string {
  return `${code} ${message.replace(/ ?Code: 0x[0-9a-f]+$/i, '')}`.replaceAll(/\s+/g, ' ').trim();
}
