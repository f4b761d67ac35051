/** What a simulated CPU has seen since its start. */
export interface S7SimCounters {
  /** TCP connections accepted since the start. */
  connections: number;
  /** Most of them open at one time. */
  maxOpenConnections: number;
  refused: number;
  setups: number;
  /** Read and write jobs that arrived, refused ones included. */
  jobs: number;
  reads: number;
  writes: number;
  itemsRead: number;
  /** Items that a write changed. */
  itemsWritten: number;
  /** Jobs with more than 20 items, or larger than the PDU in either direction. */
  oversized: number;
  /** Read jobs that met a spot or were too long. */
  misbehaved: number;
  /** Frames that made no sense. */
  garbage: number;
}
