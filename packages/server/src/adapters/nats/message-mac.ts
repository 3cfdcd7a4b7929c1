import { createHmac, createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto';

/**
 * Proves that a message comes from a node of this installation. A NATS server is often shared with other programs, and
 * what the bus says ends sessions and shows text in clients: a stranger on it must not be able to say anything.
 */
export interface MessageMac {
  /** Names the installation in subjects, so that two of them on one NATS server do not hear each other. No secret. */
  readonly installation: string;
  sign(subject: string, content: Buffer): Buffer;
  /** The content; null when the seal is not ours, or of another subject. */
  verify(subject: string, sealed: Uint8Array): Buffer | null;
}

const MAC_BYTES = 16;
const INSTALLATION_BYTES = 9;
/** Changes when nodes of two versions would misunderstand each other: then they do not hear each other at all. */
const PURPOSE = 'parley bus 2';

/** Nodes with the same secret have the same seal. */
export function createMessageMac(secret: string): MessageMac {
  const key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', PURPOSE, 32)));
  const name = Buffer.from(hkdfSync('sha256', secret, '', `${PURPOSE}, name`, INSTALLATION_BYTES));

  function macOf(subject: string, content: Uint8Array): Buffer {
    const whole = createHmac('sha256', key).update(`${subject}\n`).update(content).digest();
    return whole.subarray(0, MAC_BYTES);
  }

  return {
    installation: name.toString('base64url'),
    sign: (subject, content) => Buffer.concat([macOf(subject, content), content]),
    verify(subject, sealed) {
      if (sealed.length < MAC_BYTES) return null;
      const content = Buffer.from(sealed.buffer, sealed.byteOffset + MAC_BYTES, sealed.length - MAC_BYTES);
      return timingSafeEqual(macOf(subject, content), sealed.subarray(0, MAC_BYTES)) ? content : null;
    },
  };
}
