import { open, type FileHandle } from 'node:fs/promises';
import { segmentsOf, type Segment } from './segments.js';

export interface OpenSegment extends Segment {
  readonly file: FileHandle;
}

/** All files of the audit, open, oldest first: one that gets another name or is removed meanwhile stays readable. */
export class OpenSegments implements AsyncDisposable {
  readonly list: readonly OpenSegment[];

  private constructor(list: readonly OpenSegment[]) {
    this.list = list;
  }

  /** Rejects with what the file system says. */
  static async open(folder: string): Promise<OpenSegments> {
    const list: OpenSegment[] = [];
    try {
      for (const segment of await segmentsOf(folder)) list.push({ ...segment, file: await open(segment.path, 'r') });
    } catch (error) {
      await new OpenSegments(list)[Symbol.asyncDispose]();
      throw error;
    }
    return new OpenSegments(list);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.list.map(async ({ file }) => await file.close()));
  }
}
