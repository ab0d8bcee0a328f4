import java.io.FileInputStream;
import java.io.InputStream;
import java.util.TreeMap;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * Checks files against a part of PDF/A with veraPDF, all of them in one virtual machine.
 *
 * Arguments: a flavour such as 2a, then files. Prints a line for each file, and below it the rules
 * that it breaks. Ends with 0 when every file complies.
 */
public final class PdfaCheck {
    private PdfaCheck() {}

    public static void main(String[] arguments) {
        VeraGreenfieldFoundryProvider.initialise();
        PDFAFlavour flavour = PDFAFlavour.byFlavourId(arguments[0]);
        int wrong = 0;
        for (int index = 1; index < arguments.length; index++) {
            if (!complies(flavour, arguments[index])) {
                wrong++;
            }
        }
        System.exit(wrong == 0 && arguments.length > 1 ? 0 : 1);
    }

    private static boolean complies(PDFAFlavour flavour, String file) {
        try (InputStream in = new FileInputStream(file);
                PDFAParser parser = Foundries.defaultInstance().createParser(in, flavour);
                PDFAValidator validator =
                        Foundries.defaultInstance().createValidator(flavour, false)) {
            ValidationResult result = validator.validate(parser);
            System.out.println((result.isCompliant() ? "PASS " : "FAIL ") + file);
            TreeMap<String, Integer> broken = new TreeMap<>();
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                    String rule = assertion.getRuleId().getClause() + "-"
                            + assertion.getRuleId().getTestNumber() + " " + assertion.getMessage();
                    broken.merge(rule, 1, Integer::sum);
                }
            }
            broken.forEach((rule, count) -> System.out.println("    " + rule + " (" + count + ")"));
            return result.isCompliant();
        } catch (Throwable problem) {
            System.out.println("FAIL " + file + "\n    " + problem);
            return false;
        }
    }
}
