import { describe, expect, it } from 'vitest';
import { KeptPort } from './kept-port.js';

describe('KeptPort', () => {
  it('asks for the free port that was found, once one was', () => {
    const kept = new KeptPort(0);
    expect(kept.port).toBe(0);
    kept.works(40_123);
    expect(kept.port).toBe(40_123);
  });

  it('looks for another one after a start that failed', () => {
    const kept = new KeptPort(0);
    kept.works(40_123);
    kept.failed();
    expect(kept.port).toBe(0);
  });

  it('leaves a port of the settings to them when they change, but not one of the command line', () => {
    const [ofSettings, ofCommandLine] = [new KeptPort(undefined), new KeptPort(0)];
    for (const kept of [ofSettings, ofCommandLine]) {
      kept.works(40_123);
      kept.settingsChanged();
    }
    expect(ofSettings.port).toBeUndefined();
    expect(ofCommandLine.port).toBe(40_123);
  });

  it('has nothing to keep of a service that listens nowhere', () => {
    const kept = new KeptPort(undefined);
    kept.works(undefined);
    expect(kept.port).toBeUndefined();
  });
});
