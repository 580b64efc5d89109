import { fileError } from '@strongroom/archive/browser';

/** The directory at a path below another, made if missing. */
export async function directoryAt(
  root: FileSystemDirectoryHandle,
  path: string,
): Promise<FileSystemDirectoryHandle> {
  let directory = root;
  for (const segment of path.split('/'))
    if (segment !== '') directory = await directory.getDirectoryHandle(segment, { create: true });
  return directory;
}

/** The file at a path below a directory, if it is there. */
export async function fileAt(root: FileSystemDirectoryHandle, path: string): Promise<File | undefined> {
  try {
    const { parent, name } = splitPath(path);
    let directory = root;
    for (const segment of parent) directory = await directory.getDirectoryHandle(segment);
    return await (await directory.getFileHandle(name)).getFile();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw fileError(error, path);
  }
}

/** Writes a file whole: it stands under its name when all of it is there. @throws StrongroomError `disk-full` */
export async function writeFile(
  root: FileSystemDirectoryHandle,
  path: string,
  content: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<void> {
  try {
    const { parent, name } = splitPath(path);
    const directory = await directoryAt(root, parent.join('/'));
    const file = await directory.getFileHandle(name, { create: true });
    // Closes the file when all of it is there, and gives up what was written when it fails.
    await content.pipeTo(await file.createWritable());
  } catch (error) {
    // Its name was there before its bytes.
    if ((await fileAt(root, path).catch(() => undefined))?.size === 0) await removeFile(root, path);
    throw fileError(error, path);
  }
}

/** Removes a file; nothing happens when there is none. */
export async function removeFile(root: FileSystemDirectoryHandle, path: string): Promise<void> {
  try {
    const { parent, name } = splitPath(path);
    let directory = root;
    for (const segment of parent) directory = await directory.getDirectoryHandle(segment);
    await directory.removeEntry(name);
  } catch (error) {
    if (!isMissing(error)) throw fileError(error, path);
  }
}

/** The paths of all files below a directory, with a prefix. */
export async function* pathsIn(directory: FileSystemDirectoryHandle, prefix: string): AsyncGenerator<string> {
  for await (const [name, handle] of directory.entries()) {
    if (handle.kind === 'file') yield prefix + name;
    else yield* pathsIn(handle, `${prefix}${name}/`);
  }
}

function splitPath(path: string): { parent: readonly string[]; name: string } {
  const segments = path.split('/');
  return { parent: segments.slice(0, -1), name: segments.at(-1)! };
}

function isMissing(error: unknown): boolean {
  // A TypeError: names that no file can have are of no file.
  if (error instanceof TypeError) return true;
  return error instanceof DOMException && ['NotFoundError', 'TypeMismatchError'].includes(error.name);
}
