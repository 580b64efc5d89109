interface PasswordCredentialData {
  readonly id: string;
  readonly name: string;
  readonly password: string;
}

/** Credential Management level 1, section 3: not in every browser, so not among the types of all of them. */
interface WithPasswordCredential {
  readonly PasswordCredential?: new (data: PasswordCredentialData) => Credential;
}

/** Has the browser ask whether to keep a password, where it can be asked; elsewhere it does so by itself, for a form that was sent. */
export async function offerToPasswordManager(name: string, password: string): Promise<void> {
  const { PasswordCredential } = globalThis as WithPasswordCredential;
  if (PasswordCredential === undefined) return;
  try {
    await navigator.credentials.store(new PasswordCredential({ id: name, name, password }));
  } catch {
    // The person, or the browser's settings, said no.
  }
}
