#include "foreign_words.h"

/* Words in lower case, as people write them: the report says them so. They are compared as fold() makes them of a text. */
/* clang-format off */
static const struct {
	enum session_type type;
	const char *words[32];
} rows[] = {
	{TYPE_RACE, {"exam", "exams", "final exam", "examination", "certification",
		     "prüfung", "prüfungen", "pruefung", "abschlussprüfung", "klausur", "zertifizierung",
		     "examen", "exámenes", "certificación"}},
	{TYPE_TUNEUP, {"test", "tests", "quiz", "quizzes", "assessment", "assessments", "mock exam", "practice exam",
		       "probeprüfung", "lernkontrolle", "evaluation", "contrôle", "épreuve", "prueba", "evaluación"}},
	{TYPE_LONG, {"workshop", "workshops", "course", "bootcamp", "kurs", "lehrgang", "cours", "atelier", "curso", "taller"}},
	{TYPE_MEDIUM, {"training", "trainings", "lab", "labs", "class", "seminar", "webinar", "schulung", "schulungen", "labor",
		       "unterricht", "formation", "séminaire", "entraînement", "formación", "capacitación", "seminario",
		       "entrenamiento", "laboratorio"}},
	{TYPE_CHECKIN, {"meeting", "meetings", "1:1", "1on1", "1 on 1", "one on one", "check-in", "checkin", "review", "retro",
			"retrospective", "feedback", "besprechung", "jour fixe", "rückblick", "mitarbeitergespräch", "gespräch",
			"reunion", "entretien", "bilan", "revue", "revision", "entrevista"}},
	{TYPE_CROSS, {"shadowing", "shadow", "job shadowing", "hospitation", "hospitieren", "accompagnement", "acompañamiento"}},
	{TYPE_EASY, {"reading", "video", "videos", "e-learning", "elearning", "podcast", "lesen", "lektüre", "lernvideo", "lecture",
		     "lectura"}},
	{TYPE_SPEED, {"drill", "drills", "role play", "roleplay", "rollenspiel", "jeu de rôle", "juego de rol", "simulacro"}},
	{TYPE_SHORT, {"practice", "practise", "exercise", "exercises", "übung", "übungen", "uebung", "exercice", "exercices",
		      "pratique", "ejercicio", "ejercicios", "práctica", "prácticas"}},
};
/* clang-format on */

/* U+00C0 to U+017F without their accents and in lower case; ' ': no letter. */
static const char bare_latin[] = "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty"
				 "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
				 "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
_Static_assert(sizeof(bare_latin) == 0x180 - 0xC0 + 1, "a letter for each");

/* A character of the text in its plain form, '\0': an accent of its own, ' ': no part of a word. *at goes past it. */
static char fold_one(const unsigned char **at)
{
	unsigned c = *(*at)++;
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? (char)c : ' ';
	unsigned code = (**at & 0xC0) == 0x80 ? (c & 0x1F) << 6 | (**at & 0x3F) : 0;
	while ((**at & 0xC0) == 0x80) /* ends: the text does */
		(*at)++;
	if (c >= 0xC3 && c <= 0xC5 && code >= 0xC0)
		return bare_latin[code - 0xC0];
	if (c == 0xCC || (c == 0xCD && code < 0x370)) /* combining marks */
		return '\0';
	return c < 0xC3 || c == 0xE2 || c >= 0xF0 ? ' ' : '~'; /* dashes and pictures; '~': a letter of another script */
}

/* The words of the text with one blank between, before and behind: " prufung am 1:1 ". Owned by the caller. */
static char *fold(const char *text)
{
	struct text out = {0};
	text_add(&out, " ");
	for (const unsigned char *at = (const unsigned char *)text; *at;) {
		bool digits = *at == ':' && out.data[out.len - 1] == '1' && at[1] == '1'; /* the 1:1 is a word */
		char c = digits ? (char)*at++ : fold_one(&at);
		if (c && (c != ' ' || out.data[out.len - 1] != ' '))
			text_add_n(&out, &c, 1);
	}
	if (out.data[out.len - 1] != ' ')
		text_add(&out, " ");
	return text_take(&out);
}

/* How long the word is in the text that begins with it, and goes on with another one; 0: it does not. */
static size_t begins(const char *text, const char *word)
{
	size_t n = 0;
	for (const unsigned char *at = (const unsigned char *)word; *at;) {
		char c = *at == ':' ? (char)*at++ : fold_one(&at); /* the 1:1 */
		if (c && text[n++] != c)
			return 0;
	}
	return text[n] == ' ' ? n : 0;
}

/* The longest known word that the text begins with: "mock exam" before "mock". */
static bool find_at(const char *text, enum session_type *ret_type, const char **ret_word)
{
	size_t best = 0;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		for (size_t k = 0; k < ARRAY_LEN(rows[i].words) && rows[i].words[k]; k++) {
			const char *word = rows[i].words[k];
			size_t n = begins(text, word);
			if (n <= best)
				continue;
			best = n;
			*ret_type = rows[i].type;
			*ret_word = word;
		}
	return best > 0;
}

bool foreign_type(const char *text, enum session_type *ret_type, const char **ret_word)
{
	OWNED_TEXT *folded = fold(text);
	for (const char *at = strchr(folded, ' '); at && at[1]; at = strchr(at + 1, ' '))
		if (find_at(at + 1, ret_type, ret_word))
			return true;
	return false;
}
