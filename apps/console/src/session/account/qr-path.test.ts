import encodeQR from 'qr';
import decodeQR from 'qr/decode.js';
import { expect, it } from 'vitest';
import { qrPath } from './qr-path.js';

it('draws modules beside each other as one rectangle', () => {
  expect(qrPath([[true, true, false, true]])).toEqual({ path: 'M0 0h2v1h-2zM3 0h1v1h-1z', size: 1 });
  expect(qrPath([[false], [false]])).toEqual({ path: '', size: 2 });
});

it('can be read by a camera: the address of a second factor comes out as it went in', () => {
  const uri = 'otpauth://totp/Fieldwarden:anna?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Fieldwarden';
  const { path, size } = qrPath(encodeQR(uri, 'raw', { ecc: 'medium', border: 4 }));
  expect(decodeQR(pictureOf(path, size))).toBe(uri);
});

const scale = 4;

/** RGBA, as a camera sees the path: dark on light. */
function pictureOf(path: string, size: number): { width: number; height: number; data: Uint8Array } {
  const width = size * scale;
  const data = new Uint8Array(width * width * 4).fill(255);
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row += 1) {
      const from = row * width + Number(x) * scale;
      for (let pixel = from; pixel < from + Number(length) * scale; pixel += 1) data.fill(0, pixel * 4, pixel * 4 + 3);
    }
  }
  return { width, height: width, data };
}
