import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { BlockList, isIP, isIPv6 } from 'node:net';

/** Networks that aren't the Internet's (RFC 6890 and its registries), and ways round it: an address of these isn't called for others. */
const PRIVATE_4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
] as const;
/** Of IPv6 only what is given out as global unicast is public, without what embeds an address of IPv4 or is for documents. */
const GLOBAL_6 = '2000::/3';
const PRIVATE_6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20', '5f00::/16'] as const;
const MAPPED_4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

const CIDR = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/;

/** A network as CIDR has it; undefined when it is none. */
export function readNetwork(
  text: string,
): Readonly<{ address: string; prefix: number; family: 'ipv4' | 'ipv6' }> | undefined {
  const [, address = '', bits = ''] = CIDR.exec(text) ?? [];
  const version = isIP(address);
  const prefix = Number(bits);
  if (version === 0 || prefix > (version === 4 ? 32 : 128)) return undefined;
  return { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' };
}

const listOf = (networks: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const text of networks) {
    const network = readNetwork(text);
    if (network === undefined) throw new Error(`${text} is no network`);
    list.addSubnet(network.address, network.prefix, network.family);
  }
  return list;
};

const private4 = listOf(PRIVATE_4);
const global6 = listOf([GLOBAL_6]);
const private6 = listOf(PRIVATE_6);

/** Which addresses may be called: those of the Internet, and those of the networks given. */
export type AddressGuard = Readonly<{
  isPermitted: (address: string) => boolean;
  /** The addresses of a host, when all of them may be called; else it throws ForbiddenAddress. */
  resolve: (host: string) => Promise<readonly LookupAddress[]>;
}>;

/** The host isn't one that may be called. */
export class ForbiddenAddress extends Error {}

/** `permitted`: networks in CIDR that may be called though they are private. */
export function addressGuard(permitted: readonly string[]): AddressGuard {
  const allowed = listOf(permitted);
  const isPermitted = (text: string): boolean => {
    const address = MAPPED_4.exec(text)?.[1] ?? text;
    if (isIP(address) === 0) return false;
    if (allowed.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) return true;
    return isPublic(address);
  };
  return {
    isPermitted,
    resolve: async (host) => {
      const found = await addressesOf(host.replace(/^\[(.*)\]$/, '$1'));
      if (found.length > 0 && found.every(({ address }) => isPermitted(address))) return found;
      throw new ForbiddenAddress('the host is not one that may be called');
    },
  };
}

const isPublic = (address: string): boolean =>
  isIPv6(address)
    ? global6.check(address, 'ipv6') && !private6.check(address, 'ipv6')
    : !private4.check(address, 'ipv4');

const addressesOf = async (host: string): Promise<readonly LookupAddress[]> => {
  const family = isIP(host);
  return family === 0 ? lookup(host, { all: true }) : [{ address: host, family }];
};
