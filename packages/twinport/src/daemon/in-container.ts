import { existsSync } from 'node:fs';

/** Docker, Podman and Kubernetes leave these. */
export function inContainer(): boolean {
  return (
    existsSync('/.dockerenv') ||
    existsSync('/run/.containerenv') ||
    process.env['KUBERNETES_SERVICE_HOST'] !== undefined
  );
}
