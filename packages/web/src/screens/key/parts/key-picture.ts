import { findKey } from '../key-text.ts';

// Larger pictures are made smaller: the modules of a code of 64 digits are still many pixels each.
const mostPixels = 1600;
const mostText = 100_000;
const mostBytes = 50_000_000;

/** The key in a kept file: a text, or a picture of its QR code. Nothing when there is none in it. */
export async function keyInFile(file: File): Promise<readonly string[] | undefined> {
  if (file.size > mostBytes) return undefined;
  if (!file.type.startsWith('image/')) return findKey(await file.slice(0, mostText).text());
  const picture = await createImageBitmap(file).catch(() => undefined);
  if (picture === undefined) return undefined;
  const found = await keyInPicture(picture, picture.width, picture.height);
  picture.close();
  return found;
}

/** The key in the QR code that a picture shows. @param width, height pixels */
export async function keyInPicture(
  picture: CanvasImageSource,
  width: number,
  height: number,
): Promise<readonly string[] | undefined> {
  const pixels = pixelsOf(picture, width, height);
  if (pixels === undefined) return undefined;
  const { decodeQR } = await import('qr/decode.js');
  try {
    return findKey(decodeQR(pixels));
  } catch {
    // No code is seen in it.
    return undefined;
  }
}

function pixelsOf(picture: CanvasImageSource, width: number, height: number): ImageData | undefined {
  const scale = Math.min(1, mostPixels / Math.max(width, height));
  const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
  if (across < 1 || down < 1) return undefined;
  const canvas = document.createElement('canvas');
  canvas.width = across;
  canvas.height = down;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context?.drawImage(picture, 0, 0, across, down);
  return context?.getImageData(0, 0, across, down);
}
