import { createHmac, createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto';

/**
 * Proves that a message comes from a node of this installation. A NATS server is often shared with other programs, and
 * what the bus says ends sessions and shows text in clients: a stranger on it must not be able to say anything.
 */
export interface Seal {
  /** Names the installation in subjects, so that two of them on one NATS server do not hear each other. No secret. */
  readonly installation: string;
  close(subject: string, content: Buffer): Buffer;
  /** The content; null when the seal is not ours, or of another subject. */
  open(subject: string, sealed: Uint8Array): Buffer | null;
}

const SEAL_BYTES = 16;
const INSTALLATION_BYTES = 9;
/** Changes when nodes of two versions would misunderstand each other: then they do not hear each other at all. */
const PURPOSE = 'parley bus 2';

/** Nodes with the same secret have the same seal. */
export function createSeal(secret: string): Seal {
  const key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', PURPOSE, 32)));
  const name = Buffer.from(hkdfSync('sha256', secret, '', `${PURPOSE}, name`, INSTALLATION_BYTES));

  function sealOf(subject: string, content: Uint8Array): Buffer {
    const whole = createHmac('sha256', key).update(`${subject}\n`).update(content).digest();
    return whole.subarray(0, SEAL_BYTES);
  }

  return {
    installation: name.toString('base64url'),
    close: (subject, content) => Buffer.concat([sealOf(subject, content), content]),
    open(subject, sealed) {
      if (sealed.length < SEAL_BYTES) return null;
      const content = Buffer.from(sealed.buffer, sealed.byteOffset + SEAL_BYTES, sealed.length - SEAL_BYTES);
      return timingSafeEqual(sealOf(subject, content), sealed.subarray(0, SEAL_BYTES)) ? content : null;
    },
  };
}
