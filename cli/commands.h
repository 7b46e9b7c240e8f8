/* The table of commands, and the functions its rows name: one cmd_*.c a family. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli.h"

/* NULL-name-terminated; rows of a group stand together; the first row is what pacer alone does. */
extern const struct command commands[];

/* cmd_day.c */
void today_show(struct cli *cli, const json_t *reply);
void week_show(struct cli *cli, const json_t *reply);
void next_show(struct cli *cli, const json_t *reply);

/* cmd_map.c; say_*: for plan show as well */
void map_show(struct cli *cli, const json_t *reply);
void skills_show(struct cli *cli, const json_t *reply);
void help_show(struct cli *cli, const json_t *reply);
/* Aid stations under their heading; nothing when there are none. */
void say_stations(const struct screen *out, const json_t *stations);
/* Who they are, under the label; nothing when there are none. */
void say_personas(const struct screen *out, const char *label, const json_t *personas);

/* cmd_answer.c */
void start_show(struct cli *cli, const json_t *reply);
void done_show(struct cli *cli, const json_t *reply);
void skip_show(struct cli *cli, const json_t *reply);
void snooze_show(struct cli *cli, const json_t *reply);
void move_show(struct cli *cli, const json_t *reply);
int move_run(struct cli *cli, const struct args *args);
void inbox_show(struct cli *cli, const json_t *reply);

/* cmd_before.c */
int prep_run(struct cli *cli, const struct args *args);
void prep_show(struct cli *cli, const json_t *reply);
int intend_run(struct cli *cli, const struct args *args);
void intend_show(struct cli *cli, const json_t *reply);
void open_show(struct cli *cli, const json_t *reply);

/* cmd_inbox.c */
int inbox_run(struct cli *cli, const struct args *args);

/* cmd_away.c: away and busy */
int away_run(struct cli *cli, const struct args *args);
void pause_show(struct cli *cli, const json_t *reply);
void resume_show(struct cli *cli, const json_t *reply);

/* cmd_plan.c */
void plans_show(struct cli *cli, const json_t *reply);

/* cmd_plan_show.c */
int plan_show_run(struct cli *cli, const struct args *args);
void plan_show_show(struct cli *cli, const json_t *reply);

/* cmd_plan_lint.c */
int plan_lint_run(struct cli *cli, const struct args *args);

/* cmd_plan_diff.c */
int plan_diff_run(struct cli *cli, const struct args *args);
void plan_diff_show(struct cli *cli, const json_t *reply);

/* cmd_plan_sheet.c */
int plan_edit_run(struct cli *cli, const struct args *args);

/* cmd_plan_files.c */
int plan_export_run(struct cli *cli, const struct args *args);
int plan_import_run(struct cli *cli, const struct args *args);
void plan_import_show(struct cli *cli, const json_t *reply);

/* cmd_plan_simulate.c */
int plan_simulate_run(struct cli *cli, const struct args *args);

/* cmd_plan_edit.c */
int plan_set_run(struct cli *cli, const struct args *args);
int plan_add_run(struct cli *cli, const struct args *args);
int plan_move_run(struct cli *cli, const struct args *args);
int plan_remove_session(struct cli *cli, const struct args *args);

/* cmd_plan_whole.c */
int plan_new_run(struct cli *cli, const struct args *args);
void plan_new_show(struct cli *cli, const json_t *reply);
int plan_remove_run(struct cli *cli, const struct args *args);
void plan_rename_show(struct cli *cli, const json_t *reply);
int plan_undo_run(struct cli *cli, const struct args *args);
int plan_fmt_run(struct cli *cli, const struct args *args);

/* cmd_plan_update.c */
int plan_update_run(struct cli *cli, const struct args *args);
void plan_update_show(struct cli *cli, const json_t *reply);

/* cmd_enrol.c */
int enroll_run(struct cli *cli, const struct args *args);
void enroll_show(struct cli *cli, const json_t *reply);
int leave_run(struct cli *cli, const struct args *args);
void leave_show(struct cli *cli, const json_t *reply);

/* cmd_story.c */
void why_show(struct cli *cli, const json_t *reply);
int undo_run(struct cli *cli, const struct args *args);
int watch_run(struct cli *cli, const struct args *args);

/* cmd_care.c */
int doctor_run(struct cli *cli, const struct args *args);
void doctor_show(struct cli *cli, const json_t *reply);
int doctor_status(const json_t *reply);
int config_run(struct cli *cli, const struct args *args);
/* The first word of two alone: a usage error, below the page that lists the second ones. */
int family_run(struct cli *cli, const struct args *args);
int help_run(struct cli *cli, const struct args *args);

#endif
