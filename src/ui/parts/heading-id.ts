/** The heading of the page, which gets the focus after a change of page. */
export const HEADING_ID = 'page-heading';
