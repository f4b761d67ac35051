/** The narrow part of node-snap7 that the tests use: a PLC and a reader by other hands. */
declare module 'node-snap7' {
  type Callback<T> = (error: number | null, result: T) => void;

  export interface MultiVar {
    readonly Area: number;
    readonly WordLen: number;
    readonly DBNumber?: number;
    readonly Start: number;
    readonly Amount: number;
    readonly Data?: Buffer;
  }

  export interface MultiVarResult {
    /** 0 = good. */
    readonly Result: number;
    readonly Data: Buffer;
  }

  export class S7Client {
    readonly RemotePort: number;
    readonly S7AreaDB: number;
    readonly S7AreaMK: number;
    readonly S7AreaTM: number;
    readonly S7WLBit: number;
    readonly S7WLByte: number;
    readonly S7WLReal: number;
    SetParam(parameter: number, value: number): boolean;
    ConnectTo(host: string, rack: number, slot: number, callback: (error: number | null) => void): void;
    Disconnect(): boolean;
    ErrorText(error: number): string;
    PDULength(): number | false;
    DBRead(db: number, start: number, size: number, callback: Callback<Buffer>): void;
    DBWrite(db: number, start: number, size: number, data: Buffer, callback: (error: number | null) => void): void;
    MBRead(start: number, size: number, callback: Callback<Buffer>): void;
    TMRead(start: number, size: number, callback: Callback<Buffer>): void;
    WriteArea(
      area: number,
      db: number,
      start: number,
      amount: number,
      wordLength: number,
      data: Buffer,
      callback: (error: number | null) => void,
    ): void;
    ReadMultiVars(vars: readonly MultiVar[], callback: Callback<MultiVarResult[]>): void;
  }

  export class S7Server {
    readonly LocalPort: number;
    readonly PDURequest: number;
    readonly srvAreaDB: number;
    readonly srvAreaMK: number;
    readonly srvAreaTM: number;
    SetParam(parameter: number, value: number): boolean;
    SetResourceless(on: boolean): void;
    RegisterArea(area: number, index: number, memory: Buffer): boolean;
    RegisterArea(area: number, memory: Buffer): boolean;
    GetArea(area: number, index?: number): Buffer;
    SetArea(area: number, index: number, memory: Buffer): boolean;
    SetArea(area: number, memory: Buffer): boolean;
    StartTo(host: string): boolean;
    Stop(): boolean;
    LastError(): number;
    ErrorText(error: number): string;
  }

  const snap7: { readonly S7Client: typeof S7Client; readonly S7Server: typeof S7Server };
  export default snap7;
}
