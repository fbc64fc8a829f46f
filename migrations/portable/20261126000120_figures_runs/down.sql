DROP TABLE figures_runs;
