import { MemoryService } from './memory-service.js';

/** As correct as the other, but shows what it has kept of each tag: those that follow changes have more to get wrong. */
export class KeepingService extends MemoryService {
  protected readonly kept = new Map<string, string>();

  protected override follow(): void {
    super.follow();
    for (const path of this.paths.values()) this.keepShown(path);
  }

  protected override defined(handles: Uint32Array): void {
    super.defined(handles);
    for (const handle of handles) this.keepShown(this.paths.get(handle)!);
  }

  protected override removed(handles: Uint32Array): void {
    const gone = [...handles].map((handle) => this.paths.get(handle)!);
    super.removed(handles);
    for (const path of gone) this.kept.delete(path);
  }

  protected override changed(handles: Uint32Array, count: number): void {
    this.keepChanged(handles, count);
    super.changed(handles, count);
  }

  protected keepChanged(handles: Uint32Array, count: number): void {
    for (const handle of handles.subarray(0, count)) {
      const path = this.paths.get(handle)!;
      if (this.tags.handleOf(path) === handle) this.keepShown(path);
    }
  }

  protected keepShown(path: string): void {
    this.kept.set(path, super.show(path));
  }

  protected override show(path: string): string {
    return this.kept.get(path) ?? JSON.stringify({ path, good: false, value: null });
  }
}
