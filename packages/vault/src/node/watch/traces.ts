import {
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type Tracer,
  type TracerProvider,
  ROOT_CONTEXT,
} from '@opentelemetry/api';
import type { ServeStep } from '../../serve-hooks.ts';
import { VERSION } from '@strongroom/core';

/** The trace of one request. */
export interface ServeTrace {
  /** A step begins; what is returned ends it. */
  step(name: ServeStep): (failed: boolean) => void;
  /** @param outcome what was answered, or a stable code of why not */
  end(kind: string, outcome: string, failed: boolean): void;
}

/**
 * Traces of requests, which cost next to nothing while no SDK is registered. They begin here and do not go on with
 * the front door's: whoever could read both would learn which kind of request came from whom.
 */
export class ServeTraces {
  readonly #tracer: Tracer;
  readonly #site: string;

  constructor(site: string, provider: TracerProvider = trace.getTracerProvider()) {
    this.#site = site;
    this.#tracer = provider.getTracer('strongroom.vault', VERSION);
  }

  /** Begins the trace of a request; `undefined` when nobody records it. */
  start(): ServeTrace | undefined {
    const attributes = { 'strongroom.site': this.#site };
    const span = this.#tracer.startSpan('vault.serve', { kind: SpanKind.SERVER, attributes }, ROOT_CONTEXT);
    if (!span.isRecording()) return undefined;
    return new RecordedServe(this.#tracer, span);
  }
}

class RecordedServe implements ServeTrace {
  readonly #tracer: Tracer;
  readonly #span: Span;
  readonly #context: Context;

  constructor(tracer: Tracer, span: Span) {
    this.#tracer = tracer;
    this.#span = span;
    this.#context = trace.setSpan(ROOT_CONTEXT, span);
  }

  step(name: ServeStep): (failed: boolean) => void {
    const span = this.#tracer.startSpan(`vault.${name}`, {}, this.#context);
    return (failed) => end(span, failed);
  }

  end(kind: string, outcome: string, failed: boolean): void {
    this.#span.setAttributes({ 'strongroom.request.kind': kind, 'strongroom.request.outcome': outcome });
    end(this.#span, failed);
  }
}

// The code alone: the text of an error, or its stack, is for the log.
function end(span: Span, failed: boolean): void {
  if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
