import { createHmac, createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto';

/**
 * Authenticates messages of the nodes of this installation. A NATS server is often shared with other programs, and bus
 * messages end sessions and show text in clients, so a message of another program must never be accepted.
 */
export interface MessageMac {
  /** Names the installation in subjects, so that two of them on one NATS server do not receive each other's messages. Not secret. */
  readonly installation: string;
  sign(subject: string, content: Buffer): Buffer;
  /** Returns the content, or null when the MAC is wrong or belongs to another subject. */
  verify(subject: string, signed: Uint8Array): Buffer | null;
}

const MAC_BYTES = 16;
const INSTALLATION_BYTES = 9;
/** Changes when nodes of two versions would misunderstand each other, so that they do not receive each other's messages. */
const PURPOSE = 'parley bus 2';

/** Nodes with the same secret accept each other's messages. */
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
    verify(subject, signed) {
      if (signed.length < MAC_BYTES) return null;
      const content = Buffer.from(signed.buffer, signed.byteOffset + MAC_BYTES, signed.length - MAC_BYTES);
      return timingSafeEqual(macOf(subject, content), signed.subarray(0, MAC_BYTES)) ? content : null;
    },
  };
}
