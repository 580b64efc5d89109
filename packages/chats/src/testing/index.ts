export { type SqlConformanceCase, sqlDatabaseConformance } from './sql-database-conformance.ts';
export { MemoryMedia } from './memory-media.ts';
