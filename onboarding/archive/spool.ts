import { randomUUID } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { Readable, Writable } from "node:stream";

/** Bytes that are read at once. */
const CHUNK_BYTES = 256 * 1024;

/** A file without a name: written once, then read, by this process only. It is gone with its process, however that ends. */
export class Spool {
  private constructor(private readonly handle: FileHandle) {}

  /** An empty one, in the folder for temporary files. */
  static async open(): Promise<Spool> {
    const file = path.join(tmpdir(), `tenantry-spool-${randomUUID()}`);
    const handle = await open(file, "wx+", 0o600);
    try {
      await rm(file);
    } catch (error) {
      await handle.close();
      throw error;
    }
    return new Spool(handle);
  }

  /** Takes its content. Node's own file streams close a file when they are destroyed, whatever `autoClose` says. */
  write(): Writable {
    const { handle } = this;
    return new Writable({
      write(chunk: Buffer, _encoding, done) {
        handle.appendFile(chunk).then(() => done(), done);
      },
    });
  }

  /** Gives its content, from the beginning. */
  read(): Readable {
    return Readable.from(this.chunks(), { objectMode: false });
  }

  /** Bytes of its content. */
  async size(): Promise<number> {
    return (await this.handle.stat()).size;
  }

  /** Gives its room back. */
  close(): Promise<void> {
    return this.handle.close();
  }

  private async *chunks(): AsyncGenerator<Buffer> {
    for (let position = 0; ;) {
      const { buffer, bytesRead } = await this.handle.read(
        Buffer.alloc(CHUNK_BYTES),
        0,
        CHUNK_BYTES,
        position,
      );
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }
}
