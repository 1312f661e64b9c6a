/** Plotly, fetched from the page's own files when the first plot is shown. */
export async function loadPlotly() {
  return (await import('plotly.js/dist/plotly-basic.min.js')).default;
}
