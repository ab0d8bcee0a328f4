/** A fresh UUIDv7 (RFC 9562), as the desk names the elements of a list. */
export function newKey(milliseconds = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const time = milliseconds.toString(16).padStart(12, '0');
  const variant = ((Number.parseInt(hex.charAt(4), 16) & 0x3) | 0x8).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(1, 4)}-${variant}${hex.slice(5, 8)}-${hex.slice(8)}`;
}
