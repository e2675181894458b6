/* The mark of Peerset as PNG, for those who cannot take the SVG: drawn here, so that no picture
 * is kept. */

import { deflateSync } from "node:zlib";

const leaf = [28, 90, 67];
const seat = [207, 227, 216];
const taken = [244, 185, 143];
const SAMPLES = 4; /* each pixel is looked at 4 x 4 times: smooth edges */

const table = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});
/* Written out: node has it only from 20.15 on. */
function crc32(bytes) {
  let c = 0xffffffff;
  for (const byte of bytes) c = table[(c ^ byte) & 0xff] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

/** The colour at x, y of a 64 x 64 drawing; undefined: nothing. `full`: no rounded corners. */
function colourAt(x, y, full) {
  const corner = full ? 0 : 14;
  const dx = Math.max(corner - x, x - (64 - corner), 0);
  const dy = Math.max(corner - y, y - (64 - corner), 0);
  if (dx * dx + dy * dy > corner * corner && !full) return undefined;
  const scale = full ? 0.8 : 1; /* a maskable icon keeps its picture within the middle */
  const [u, v] = [(x - 32) / scale + 32, (y - 32) / scale + 32];
  for (let place = 0; place < 8; place++) {
    const angle = (place / 8) * 2 * Math.PI - Math.PI / 2;
    const [cx, cy] = [
      32 + (place ? 22 : 21) * Math.cos(angle),
      32 + (place ? 22 : 21) * Math.sin(angle),
    ];
    const radius = place ? 4.4 : 7;
    if ((u - cx) ** 2 + (v - cy) ** 2 <= radius * radius) return place ? seat : taken;
  }
  return leaf;
}

const chunk = (name, bytes) => {
  const body = Buffer.concat([Buffer.from(name, "latin1"), bytes]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(bytes.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
};

/** A square PNG of `size` pixels. */
export function icon(size, full = false) {
  const row = size * 4 + 1;
  const pixels = Buffer.alloc(row * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const sum = [0, 0, 0, 0];
      for (let s = 0; s < SAMPLES * SAMPLES; s++) {
        const colour = colourAt(
          ((x + ((s % SAMPLES) + 0.5) / SAMPLES) * 64) / size,
          ((y + (Math.floor(s / SAMPLES) + 0.5) / SAMPLES) * 64) / size,
          full,
        );
        if (colour) {
          sum[0] += colour[0];
          sum[1] += colour[1];
          sum[2] += colour[2];
          sum[3]++;
        }
      }
      const at = y * row + 1 + x * 4;
      for (let k = 0; k < 3; k++) pixels[at + k] = sum[3] ? Math.round(sum[k] / sum[3]) : 0;
      pixels[at + 3] = Math.round((sum[3] * 255) / (SAMPLES * SAMPLES));
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(pixels, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
