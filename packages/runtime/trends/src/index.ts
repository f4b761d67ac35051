export { TagTrends, type TagTrend, type TagTrendsOptions } from './tag-trends.js';
export type { TrendPoint } from './trend-ring.js';
