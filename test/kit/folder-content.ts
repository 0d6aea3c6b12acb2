import { mkdir, readFile, readdir, readlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The time of all files that {@link fillFolder} makes. */
export const OLD = new Date('2020-02-03T04:05:06Z');

/** Makes files with their content; a path that ends in a slash is an empty folder. */
export async function fillFolder(folder: string, files: Readonly<Record<string, string>>, at = OLD): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    if (path.endsWith('/')) {
      await mkdir(join(folder, path), { recursive: true });
      continue;
    }
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
    await utimes(join(folder, path), at, at);
  }
}

/** Everything in a folder, in order: content of files, `/` for folders, `-> target` for links. */
export async function folderContent(folder: string, prefix = ''): Promise<Record<string, string>> {
  const content: Record<string, string> = {};
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    const name = prefix + entry.name;
    if (entry.isSymbolicLink()) content[name] = `-> ${await readlink(path)}`;
    else if (entry.isDirectory()) Object.assign(content, { [`${name}/`]: '/' }, await folderContent(path, `${name}/`));
    else content[name] = await readFile(path, 'utf8');
  }
  return content;
}
