/** Stylesheets that a script names; the bundler puts them beside it. */
declare module '*.css';
