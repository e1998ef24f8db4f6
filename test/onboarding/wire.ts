import { type Server, type Socket, connect, createServer } from "node:net";

/** A TCP connection to a port of this machine that can be had swallow what is sent, as a network that drops packets does. */
export class Wire {
  private readonly sockets = new Set<Socket>();
  private swallows = false;

  private constructor(
    private readonly server: Server,
    /** Where it listens. */
    readonly port: number,
  ) {}

  static async to(target: number): Promise<Wire> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (typeof address !== "object" || address === null) throw new Error("the wire has no address");
    const wire = new Wire(server, address.port);
    server.on("connection", (near) => wire.join(near, connect(target, "127.0.0.1")));
    return wire;
  }

  /** Nothing gets through from now on, and nobody is told. */
  cut(): void {
    this.swallows = true;
  }

  /** New connections get through again; those that were cut stay so. */
  mend(): void {
    this.swallows = false;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(near: Socket, far: Socket): void {
    let dead = false;
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(from);
      from.on("data", (chunk) => {
        dead ||= this.swallows;
        if (!dead) to.write(chunk);
      });
      from.on("error", () => undefined);
      from.on("close", () => {
        this.sockets.delete(from);
        if (!dead) to.destroy();
      });
    }
  }
}
