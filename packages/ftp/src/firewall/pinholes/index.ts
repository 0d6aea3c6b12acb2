export * from './nft-fault.js';
export * from './nftables-pinholes.js';
