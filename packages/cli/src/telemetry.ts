import type { TracerProvider } from '@opentelemetry/api';

const timeoutMillis = 3000;

/** Traces that are recorded and sent. */
export interface Telemetry {
  readonly provider: TracerProvider;
  /** Sends what is left, and ends. */
  close(): Promise<void>;
}

/**
 * Sends traces over OTLP/HTTP where `OTEL_EXPORTER_OTLP_ENDPOINT` says, with what else OpenTelemetry's environment
 * variables say; nothing is loaded otherwise.
 * @param service such as `strongroom-vault`; `OTEL_SERVICE_NAME` comes before it
 */
export async function startTelemetry(service: string, version: string): Promise<Telemetry | undefined> {
  if (!process.env['OTEL_EXPORTER_OTLP_ENDPOINT']) return undefined;
  const { trace } = await import('@opentelemetry/api');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const { defaultResource, resourceFromAttributes } = await import('@opentelemetry/resources');
  const { BatchSpanProcessor, TracerProvider: Provider } = await import('@opentelemetry/sdk-trace');
  const name = process.env['OTEL_SERVICE_NAME'] ?? service;
  const named = resourceFromAttributes({ 'service.name': name, 'service.version': version });
  const provider = new Provider({
    resource: defaultResource().merge(named),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ timeoutMillis }) })],
  });
  trace.setGlobalTracerProvider(provider);
  // A collector that is gone keeps nobody from stopping.
  return { provider, close: () => provider.shutdown().catch(() => undefined) };
}
