/** Which token: by its label or its serial number, as `pkcs11-tool -L` or the maker's tool shows them. */
export type TokenName = { readonly label: string } | { readonly serial: string };
