import { ipv4Text, parseIpv4Block } from "../../framework/cidr";

/** Addresses that begin at a number; the first one may have host bits, and the block is then the one around it. */
export interface Block {
  address: number;
  prefix: number;
}

/** Reads a VPC's block. @throws {Error} If it is none. */
export function parseBlock(cidr: string): Block {
  const block = parseIpv4Block(cidr);
  if (block === undefined) throw new Error(`"${cidr}" is not an IPv4 block such as 10.0.0.0/16`);
  return { address: block.first, prefix: block.prefix };
}

/** The number of addresses under a prefix. */
export function sizeOf(prefix: number): number {
  return 2 ** (32 - prefix);
}

/** The first address of the block around an address. */
export function firstOf({ address, prefix }: Block): number {
  return Math.floor(address / sizeOf(prefix)) * sizeOf(prefix);
}

/** The last address of a block. */
export function lastOf(block: Block): number {
  return firstOf(block) + sizeOf(block.prefix) - 1;
}

/** The first aligned block of a size that begins after another one ends. */
export function following(previous: Block, prefix: number): Block {
  return { address: Math.floor(lastOf(previous) / sizeOf(prefix)) * sizeOf(prefix) + sizeOf(prefix), prefix };
}

/** Whether two blocks share an address. */
export function overlap(one: Block, other: Block): boolean {
  return firstOf(one) <= lastOf(other) && firstOf(other) <= lastOf(one);
}

/** A block as text. */
export function blockText({ address, prefix }: Block): string {
  return `${ipv4Text(address)}/${prefix}`;
}

/** Bits that tell so many things apart. */
export function bitsFor(count: number): number {
  return count === 0 ? 0 : Math.ceil(Math.log2(count));
}
