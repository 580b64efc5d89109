import type { Mount } from '@strongroom/chatd';

/** Where phones get the authority's certificate. */
export const AUTHORITY_PATH = '/ca.pem';

/** Hands out the authority's certificate, in a way that phones offer to install it. */
export function mountAuthority(authority: string): Mount {
  return (app) =>
    void app.get(AUTHORITY_PATH, async (_, reply) =>
      reply
        .type('application/x-x509-ca-cert')
        .header('content-disposition', 'attachment; filename="strongroom-ca.crt"')
        .send(authority),
    );
}
