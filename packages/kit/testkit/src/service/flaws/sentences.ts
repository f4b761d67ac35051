import { definitionCases } from '../suite/definition-cases.js';
import { serviceCases } from '../suite/run-service-case.js';

/** Those that let it run, and then look for what it left. */
export const afterWork: readonly string[] = [
  'frees port, timers, listeners and files when it stops',
  'does no more after it was stopped, whatever happens to the tags',
  'holds no more after settings were taken over many times than after one',
  'stops while it takes settings over, and leaves nothing behind',
  'lets itself be started anew, with nothing left behind, when taking settings over fails',
  'stops although a device never answers, and does not say that the write is done',
  'stops with its storage full, and leaves nothing behind',
  'stops although a client does not read, and leaves nothing behind',
];

/** Those that look for what is left of a start that came to nothing. */
export const afterNoWork: readonly string[] = [
  'leaves nothing behind when its start is called off',
  'leaves nothing behind when it is stopped while it starts',
];

export const whenTaken = 'leaves nothing behind when its port is taken, and starts once it is free';

/** Those in which a client has to see a change. */
export const ofChanges: readonly string[] = [
  'shows its clients the values of tags, and their changes',
  'shows a tag that is not Good as not Good, and its neighbours as they are',
  'frees port, timers, listeners and files when it stops',
  'serves again when it is made anew, its clients still there',
  'runs beside another instance, each with tags of its own',
  'reports status, health and metrics as JSON',
  'is Healthy, raises no alarm and does not give up while nothing is wrong',
  'names its metrics conventionally, and each once',
  'shows tags that come while it runs',
  'shows a tag that is gone as not Good, and its value when it is back',
  'does not take the next tag with its handle for a tag that is gone',
  'goes on with a tag that is redefined, and waits where its value is not the old one any more',
  'shows no old value of a tag that comes back with the same handle and another type',
  'shows both of two batches in one tick: it copies the handles that it keeps',
  'shows the last of 10,000 changes in one tick',
  'goes on while 10,000 other tags come, change in one batch and go',
  'takes settings over while it is busy, and shows every change meanwhile',
  'loses and doubles no change for a client that is told of them while settings are taken over',
  'holds no more after settings were taken over many times than after one',
  'hands a write on once, with its tag, its value and who asked',
  'says so when its storage is full, and goes on',
  'goes on while its storage is slow',
  'serves others while a client does not read',
];

/** Those that make an instance, and so have to stop it. */
export const ofInstances: readonly string[] = serviceCases
  .filter((serviceCase) => !definitionCases.includes(serviceCase))
  .map(({ sentence }) => sentence);
