import type { LogRecord } from '@fieldwarden/gateway-contract';
import { useEffect, useState } from 'react';
import { apiBase } from '../../api/api-client.js';
import { maxLines, withLines } from './log-lines.js';

/** The log of one driver, following. The browser reconnects by itself; the gateway then sends its last lines again. */
export function useDriverLog(driverId: string): readonly LogRecord[] {
  const [lines, setLines] = useState<readonly LogRecord[]>([]);
  useEffect(() => {
    const source = new EventSource(
      `${apiBase}/drivers/${encodeURIComponent(driverId)}/logs?follow=true&lines=${maxLines}`,
    );
    let waiting: LogRecord[] = [];
    const flush = (): void => {
      const more = waiting;
      waiting = [];
      setLines((known) => withLines(known, more));
    };
    source.addEventListener('open', () => setLines([]));
    source.addEventListener('log', ({ data }: MessageEvent<string>) => {
      if (waiting.length === 0) requestAnimationFrame(flush);
      if (waiting.length < maxLines) waiting.push(JSON.parse(data) as LogRecord);
    });
    return () => source.close();
  }, [driverId]);
  return lines;
}
