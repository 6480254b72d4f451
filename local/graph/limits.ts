/** The service's numbers. Tests scale them down. */
export interface GraphLimits {
  /** Requests per mailbox in a sliding window. */
  requests: number;
  requestWindowSeconds: number;
  /** Bytes of PATCH, POST and PUT per mailbox in a sliding window. */
  uploadBytes: number;
  uploadWindowSeconds: number;
  /** Requests at a time per mailbox. */
  inFlight: number;
  /** What `Retry-After` says when there were more. */
  inFlightRetrySeconds: number;
  /** Largest body of one request. */
  requestBytes: number;
  /** Largest range of an upload session. */
  rangeBytes: number;
  /** Files under this size get no upload session. */
  smallestSessionBytes: number;
  largestAttachmentBytes: number;
  uploadSessionMinutes: number;
}

const megabyte = 1024 * 1024;

// https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits
// https://learn.microsoft.com/graph/outlook-large-attachments
export const graphLimits: GraphLimits = {
  requests: 10_000,
  requestWindowSeconds: 600,
  uploadBytes: 150_000_000,
  uploadWindowSeconds: 300,
  inFlight: 4,
  inFlightRetrySeconds: 2,
  requestBytes: 4 * megabyte,
  rangeBytes: 4 * megabyte,
  smallestSessionBytes: 3 * megabyte,
  largestAttachmentBytes: 150 * megabyte,
  uploadSessionMinutes: 60,
};
