import type { DriverName, HostName } from '../host-name.js';
import type { PostMortemFacts } from './post-mortem.js';

/** What a list shows of a post-mortem. */
export type PostMortemSummary<Name extends HostName = DriverName> = Name &
  Pick<PostMortemFacts, 'spawn' | 'cause' | 'exitCode' | 'signal' | 'at' | 'generation'> & {
    readonly postMortemId: string;
    /** Why it is not on disk, and lost at a restart of the gateway; absent when it is. */
    readonly notKept?: string;
  };
