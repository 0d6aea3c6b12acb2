/** Of poll(2). */
export const POLLIN = 1;
export const POLLOUT = 4;
