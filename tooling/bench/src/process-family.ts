import { processUsage } from '@fieldwarden/acceptance';
import { readdirSync, readFileSync } from 'node:fs';

/** Resident memory of a process and of everything that it started, and that they started, now. Linux only. */
export function familyResidentBytes(pid: number): number {
  return familyOf(pid).reduce((sum, member) => sum + residentBytesOf(member), 0);
}

/** The process first. */
function familyOf(pid: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const member = Number(name);
    if (Number.isInteger(member)) parents.set(member, parentOf(member));
  }
  const family = [pid];
  for (const elder of family) for (const [member, parent] of parents) if (parent === elder) family.push(member);
  return family;
}

/** 0 for a process that has ended meanwhile. */
function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

function residentBytesOf(pid: number): number {
  try {
    return processUsage(pid).residentBytes;
  } catch {
    return 0;
  }
}
