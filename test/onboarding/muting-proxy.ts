import { type Socket, connect, createServer } from "node:net";

/** A way to a server that can go dead without either side being told, as where a host loses its power or a network is cut. */
export class MutingProxy {
  private muted = false;

  private constructor(
    /** Where it listens on 127.0.0.1. */
    readonly port: number,
    private readonly end: () => Promise<void>,
    private readonly sockets: ReadonlySet<Socket>,
  ) {}

  /** Opens one to a port of 127.0.0.1. */
  static open(target: number): Promise<MutingProxy> {
    const sockets = new Set<Socket>();
    const server = createServer((near) => {
      const far = connect(target, "127.0.0.1");
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(from);
        from.on("data", (chunk: Buffer) => {
          if (!proxy?.muted) to.write(chunk);
        });
        from.on("error", () => undefined);
        from.on("close", () => {
          sockets.delete(from);
          if (!proxy?.muted) to.destroy();
        });
      }
    });
    let proxy: MutingProxy | undefined;
    return new Promise((resolve, reject) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        if (address === null || typeof address === "string") return reject(new Error("it listens nowhere"));
        const { port } = address;
        const end = () => new Promise<void>((done) => server.close(() => done()));
        proxy = new MutingProxy(port, end, sockets);
        resolve(proxy);
      });
    });
  }

  /** Passes nothing on any more, and closes nothing. */
  mute(): void {
    this.muted = true;
  }

  /** Ends it. */
  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await this.end();
  }
}
