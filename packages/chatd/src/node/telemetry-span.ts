import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { isStrongroomError } from '@strongroom/core';
import type { Span } from '../span.ts';

/** Spans for whatever the process has registered with OpenTelemetry. Of an error they hold the code, never its text. */
export const telemetrySpan: Span = (name, attributes, run) =>
  trace
    .getTracer('strongroom-front-door')
    .startActiveSpan(name, { kind: SpanKind.INTERNAL, attributes: { ...attributes } }, async (span) => {
      try {
        return await run();
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR });
        span.setAttribute('error.type', isStrongroomError(error) ? error.code : nameOf(error));
        throw error;
      } finally {
        span.end();
      }
    });

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
