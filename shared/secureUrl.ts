import { z } from 'zod';

/** A web address that is safe to send a token to: https, or http on loopback. */
export const secureUrl = (name: string) =>
  z
    .url(`${name} must be a URL.`)
    .refine(isSecure, `${name} must begin with https:// (http only on loopback).`)
    .transform((url) => url.replace(/\/+$/, ''));

/** True for a URL of this very machine. */
export const isLoopback = (url: string): boolean =>
  /^(127(\.\d+){3}|localhost|\[::1\])$/.test(new URL(url).hostname);

function isSecure(url: string): boolean {
  return url.startsWith('https://') || (url.startsWith('http://') && isLoopback(url));
}
